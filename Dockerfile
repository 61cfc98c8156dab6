# The images: docker build --target carona-service . or --target reserva-service ., or --target both-services . for one
# process with both.
# docs/image.md says what is in them, why, and what was measured. --build-arg takes other bases.

# A JDK 25 at $JAVA_HOME, and Maven.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25@sha256:93b8a14ea2f412782e4e842651273b4d903e35cc496284f178fbbe2d67d00976
# A C library, and nothing else that is needed.
ARG RUNTIME_IMAGE=debian:bookworm-slim@sha256:96e378d7e6531ac9a15ad505478fcc2e69f371b10f5cdf87857c4b8188404716

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY . .
# Each jar carries its group's name, so that ours can be told from those of others.
RUN mvn -B -q -DskipTests -Dmdep.prependGroupId=true -Psbom \
      -pl carona-service,reserva-service,both-services,load-tests -am package dependency:copy-dependencies
# Guice uses Unsafe, Netty native code. Half of the memory is heap: threads and code take the rest, and direct buffers, in
# which Netty keeps what comes and goes: 64 KB a connection at most wait to be read. Without the limit it is the heap's.
# The serial collector books as much as others on half a vCPU, without threads beside the calls. The file system is read-only.
ENV JAVA_FLAGS="-XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:MaxDirectMemorySize=128m -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData \
--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
# The class path is a list in the order of names: an AOT cache fits one order only.
RUN set -e; for of in carona-service=carona.CaronaMain reserva-service=reserva.ReservaMain both-services=both.BothMain; do \
      service=${of%=*}; main=${of#*=}; image=/images/$service/app; \
      mkdir -p $image/lib $image/own; \
      cp $service/target/$service-*-SNAPSHOT.jar $image/own/; \
      cp $service/target/sbom.json $image/; \
      mv $service/target/dependency/com.minhacarona.* $image/own/; \
      mv $service/target/dependency/*.jar $image/lib/; \
      jars=$(cd $image && printf '/app/%s:' own/* lib/*); \
      echo "$JAVA_FLAGS -classpath ${jars%:} com.minhacarona.$main" > $image/java.args; \
    done
# What the services use of the JDK: `jdeps -R --print-module-deps` on their class paths, without java.desktop, of which
# only java.beans is named, by Jackson, which does without, and without java.net.http, by which the Java client gets
# tokens.
RUN "$JAVA_HOME/bin/jlink" --output /images/java --no-header-files --no-man-pages --add-modules \
      java.base,java.logging,java.management,java.naming,java.security.jgss,java.sql,java.xml,jdk.jfr,jdk.management,jdk.net,jdk.unsupported
# The driver of the training run, with DynamoDB Local: for building only, in no image.
RUN mkdir -p /training && cp -a "$JAVA_HOME" /training/jdk && cp -a load-tests/target/test-classes /training/classes \
    && mv load-tests/target/dependency /training/lib

FROM ${RUNTIME_IMAGE} AS runtime
COPY --from=build /images/java /opt/java
WORKDIR /app
USER 65532:65532
EXPOSE 50051
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/app/service.aot", "@/app/java.args"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["/opt/java/bin/java", "-XX:AOTCache=/app/service.aot", "@/app/java.args", "--probe"]

FROM runtime AS carona-service-untrained
COPY --from=build /images/carona-service/app/lib /app/lib
COPY --from=build /images/carona-service/app/own /app/own
COPY --from=build /images/carona-service/app/java.args /images/carona-service/app/sbom.json /app/

FROM carona-service-untrained AS carona-service-training
COPY --from=build /training /training
USER 0
RUN ["/training/jdk/bin/java", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", \
  "-Dlogback.configurationFile=logback-test.xml", "-classpath", "/training/classes:/training/lib/*", \
  "com.minhacarona.load.TrainingRun", "carona", "/app/service.aot"]

FROM carona-service-untrained AS carona-service
COPY --from=carona-service-training /app/service.aot /app/service.aot

FROM runtime AS reserva-service-untrained
COPY --from=build /images/reserva-service/app/lib /app/lib
COPY --from=build /images/reserva-service/app/own /app/own
COPY --from=build /images/reserva-service/app/java.args /images/reserva-service/app/sbom.json /app/

FROM reserva-service-untrained AS reserva-service-training
COPY --from=build /training /training
USER 0
RUN ["/training/jdk/bin/java", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", \
  "-Dlogback.configurationFile=logback-test.xml", "-classpath", "/training/classes:/training/lib/*", \
  "com.minhacarona.load.TrainingRun", "reserva", "/app/service.aot"]

FROM reserva-service-untrained AS reserva-service
COPY --from=reserva-service-training /app/service.aot /app/service.aot

FROM runtime AS both-services-untrained
COPY --from=build /images/both-services/app/lib /app/lib
COPY --from=build /images/both-services/app/own /app/own
COPY --from=build /images/both-services/app/java.args /images/both-services/app/sbom.json /app/

FROM both-services-untrained AS both-services-training
COPY --from=build /training /training
USER 0
RUN ["/training/jdk/bin/java", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", \
  "-Dlogback.configurationFile=logback-test.xml", "-classpath", "/training/classes:/training/lib/*", \
  "com.minhacarona.load.TrainingRun", "both", "/app/service.aot"]

FROM both-services-untrained AS both-services
COPY --from=both-services-training /app/service.aot /app/service.aot
