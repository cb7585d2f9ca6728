#: file app 1M
FROM scratch
COPY app /app
CMD ["/app"]
