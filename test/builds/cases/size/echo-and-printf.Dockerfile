FROM debian:bookworm
RUN echo hello > /a && printf '%s\n' one two three > /b && echo -n no-newline > /c
RUN echo "line 1" > /d && echo "line 2" >> /d
