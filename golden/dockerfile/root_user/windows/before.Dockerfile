# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY tool.exe C:/tool/
ENTRYPOINT ["C:\\tool\\tool.exe"]
