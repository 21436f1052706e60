FROM registry.example.com/platform/runtime:4.2
COPY app.jar /opt/app.jar
EXPOSE 8080
USER 1000:1000
CMD ["java", "-jar", "/opt/app.jar"]
