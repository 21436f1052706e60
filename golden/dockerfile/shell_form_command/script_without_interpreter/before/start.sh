echo hello
exec server
