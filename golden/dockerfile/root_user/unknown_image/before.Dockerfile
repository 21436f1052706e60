FROM registry.example.com/platform/runtime:4.2
COPY app.jar /opt/app.jar
EXPOSE 8080
CMD ["java", "-jar", "/opt/app.jar"]
