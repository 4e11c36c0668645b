-- The app proxy: who coordinates, who carries, and what goes where. Nothing here is only in memory:
-- any part may restart at any time.

create table proxy_coordinator (
  address     text primary key,
  token_ttl_s int not null,
  last_seen   timestamptz not null);

create table proxy_worker (
  id                 uuid primary key default gen_random_uuid(),
  authority          text not null unique,
  frontend_mode      text not null check (frontend_mode in ('port', 'wildcard')),
  protocol           text not null,
  hostname           text not null,
  use_tls            boolean not null,
  api_port           int not null,
  first_port         int,
  last_port          int,
  wildcard_domain    text,
  wildcard_port      int,
  filtered_apps_only boolean not null default false,
  accepted_traffics  text[] not null,
  app_filters        jsonb not null default '[]',
  nodes              int not null default 1,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  last_seen          timestamptz not null);

-- What start-service hands out. Only a digest is kept.
create table proxy_token (
  digest      bytea primary key,
  session_id  uuid not null references session (id) on delete cascade,
  user_id     uuid not null,
  access_key  text not null,
  project_id  uuid,
  domain_name text not null,
  app         text,
  port        int,
  expires_at  timestamptz not null);
create index on proxy_token (expires_at);

-- routes: list of {session_id, session_name, kernel_host, kernel_port, protocol, traffic_ratio}.
-- secret signs what lets a browser in; it dies with the circuit.
create table proxy_circuit (
  id                 uuid primary key,
  worker_id          uuid not null references proxy_worker (id) on delete cascade,
  app                text not null,
  protocol           text not null check (protocol in ('http', 'tcp', 'grpc', 'h2')),
  app_mode           text not null check (app_mode in ('interactive', 'inference')),
  frontend_mode      text not null check (frontend_mode in ('port', 'wildcard')),
  envs               jsonb not null default '{}',
  arguments          text,
  open_to_public     boolean not null default false,
  allowed_client_ips text,
  wanted_port        int,
  port               int,
  subdomain          text,
  user_id            uuid,
  access_key         text,
  endpoint_id        uuid unique,
  session_ids        uuid[] not null,
  routes             jsonb not null,
  secret             bytea not null,
  requests           bigint not null default 0,
  last_access        timestamptz not null,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  unique (worker_id, port),
  unique (worker_id, subdomain));
create index on proxy_circuit using gin (session_ids);
