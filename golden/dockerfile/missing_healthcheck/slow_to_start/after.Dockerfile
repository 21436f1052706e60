FROM eclipse-temurin:21-jre
COPY shop.jar /opt/
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 CMD ["bash", "-c", ": > /dev/tcp/127.0.0.1/8080"]
ENTRYPOINT ["java", "-jar", "/opt/shop.jar", "--server.port=8080"]
