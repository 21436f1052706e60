/* Answers each request with a line; with --check asks itself. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void stop(int number)
{
    (void)number;
    _exit(0);
}

int main(int count, char **words)
{
    static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\ngate open\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
    int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    if (count > 1 && strcmp(words[1], "--check") == 0) {
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return connect(server, (struct sockaddr *)&address, sizeof address) ? 1 : 0;
    }

    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 16)) {
        perror("server");
        return 1;
    }

    for (;;) {
        char request[4096];
        int client = accept(server, NULL, NULL);
        if (client < 0)
            continue;
        if (read(client, request, sizeof request) > 0 && write(client, answer, sizeof answer - 1) < 0)
            perror("write");
        close(client);
    }
}
