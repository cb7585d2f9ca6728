#: file conf/prod/app.conf 20k
#: file conf/dev/app.conf 30k
#: file app-1.4.2.jar 400k
#: build-arg VERSION=1.4.2
FROM debian:bookworm
ARG VERSION
ARG STAGE=prod
ENV HOME_DIR=/opt/app CONF=conf/${STAGE}
COPY app-${VERSION}.jar ${HOME_DIR}/app.jar
COPY $CONF/app.conf $HOME_DIR/
WORKDIR ${HOME_DIR}
RUN cp app.jar "app-$VERSION.jar" && echo "$STAGE" > stage
