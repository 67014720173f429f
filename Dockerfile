# docker build -t jumun . && docker run --rm -p 127.0.0.1:8080:8080 -e JUMUN_CONTROL_TOKEN=… jumun
FROM python:3.13-slim
WORKDIR /jumun
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt '.[valkey]'
# No user of that number has an account: nothing in the image can be written by it.
USER 10001:10001
ENV JUMUN_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/_jumun/ready', timeout=2)"]
ENTRYPOINT ["jumun"]
CMD ["serve"]
