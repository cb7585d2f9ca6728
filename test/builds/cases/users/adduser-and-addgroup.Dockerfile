FROM debian:bookworm
RUN addgroup --gid 1234 app && adduser --uid 1234 --ingroup app --disabled-password --gecos "" app
