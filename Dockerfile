# The server's image. It never runs generated code: that happens in rooms of the engine it is given.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/intern \
    && /opt/intern/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY sandbox sandbox
RUN /opt/intern/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
COPY --from=build /opt/intern /opt/intern
RUN useradd --uid 10000 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin intern \
    && install -d -o intern -g intern -m 0700 /data
USER intern
WORKDIR /data
ENV PATH=/opt/intern/bin:$PATH HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:////data/intern.sqlite
EXPOSE 3000
# The first start of a worker builds the image of its rooms, which takes minutes.
# http.client heeds no http_proxy, which Docker's own settings or .env may give to the container.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10m --retries=3 CMD ["python", "-c", \
    "import http.client as h, os; c = h.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); \
    c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["intern", "serve"]
