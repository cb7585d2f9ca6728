FROM debian:bookworm
RUN { echo one; echo two; } > /a; (echo three; printf four) >> /a; cat /a /a > /b; tee /c < /b > /dev/null
