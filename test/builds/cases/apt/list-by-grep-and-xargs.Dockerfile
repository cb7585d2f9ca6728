# sh has no braces: that rm removes nothing.
#: text Aptfile # of the application\njq\n\nrsync\n
FROM debian:bookworm-slim
COPY Aptfile /tmp/
RUN apt-get update -qq && apt-get install -yq --no-install-recommends $(grep -Ev '^\s*#' /tmp/Aptfile | xargs) && rm -rf /var/lib/{apt,dpkg,cache,log}/ /usr/share/zoneinfo
