# syntax=docker/dockerfile:1

# The web app.
FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

# The server. What it depends on comes first, in a layer that stays as long as Cargo.lock does.
FROM rust:1.94-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY benches/ benches/
RUN mkdir src && touch src/lib.rs && echo 'fn main() {}' >src/main.rs \
 && cargo build --locked --release \
 && rm -r src
COPY config/ config/
COPY src/ src/
COPY --from=web /src/web/dist/ web/dist/
# A file from outside may be older than the empty ones that were built above.
RUN touch src/lib.rs src/main.rs \
 && cargo build --locked --release \
 && strip target/release/taskwire \
 && mkdir /data

# No shell, no package manager, no root.
FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Taskwire" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /src/target/release/taskwire /usr/local/bin/taskwire
# A named volume that is new takes over the folder's owner.
COPY --from=build --chown=65532:65532 /data /data
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data LOG_FORMAT=json
USER 65532:65532
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["taskwire", "healthcheck"]
ENTRYPOINT ["taskwire"]
CMD ["serve"]
