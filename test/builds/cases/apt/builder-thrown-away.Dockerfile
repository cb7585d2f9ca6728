#: text hello.c int main(void) { return 0; }\n
#: at-least 1 what a compiler writes
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
COPY hello.c .
RUN gcc -static -o /hello hello.c
FROM scratch
COPY --from=build /hello /hello
