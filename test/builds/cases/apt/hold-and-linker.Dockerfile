FROM debian:bookworm-slim
RUN apt-mark hold libc6
RUN ldconfig
RUN ldconfig -p > /dev/null && apt-mark showhold
