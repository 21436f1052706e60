FROM eclipse-temurin:21-jre
COPY shop.jar /opt/
EXPOSE 8080
ENTRYPOINT ["java", "-jar", "/opt/shop.jar", "--server.port=8080"]
