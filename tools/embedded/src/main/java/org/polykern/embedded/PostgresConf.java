package org.polykern.embedded;

/** The text of {@code postgresql.conf}: a control plane on a small machine. */
final class PostgresConf {
  private PostgresConf() {}

  static String text(boolean durable) {
    return """
    # Written by Polykern at every start. Your own settings go into local.conf beside this file.
    listen_addresses = '127.0.0.1'
    # TCP alone: a socket's path would have to fit into 107 bytes, a data directory's need not.
    unix_socket_directories = ''
    max_connections = 100
    superuser_reserved_connections = 3
    password_encryption = 'scram-sha-256'

    # Memory: most rows are hot and few; sorts are small.
    shared_buffers = 64MB
    work_mem = 4MB
    maintenance_work_mem = 32MB
    effective_cache_size = 512MB
    huge_pages = off
    # Short transactions: neither compiling nor parallel plans ever pay here.
    jit = off
    max_parallel_workers_per_gather = 0
    max_worker_processes = 2
    max_logical_replication_workers = 0

    # Write-ahead log: one node, no replica.
    wal_level = minimal
    max_wal_senders = 0
    wal_buffers = 4MB
    min_wal_size = 64MB
    max_wal_size = 512MB
    checkpoint_timeout = 10min
    random_page_cost = 1.1

    timezone = 'UTC'
    log_timezone = 'UTC'
    log_checkpoints = off
    log_line_prefix = '%m [%p] '
    datestyle = 'ISO'
    lc_messages = 'C'
    default_text_search_config = 'pg_catalog.english'
    """
        + (durable ? DURABLE : THROWAWAY)
        + "include_if_exists = 'local.conf'\n";
  }

  private static final String DURABLE =
      """

      fsync = on
      full_page_writes = on
      synchronous_commit = on

      """;

  private static final String THROWAWAY =
      """

      # The data of this directory is thrown away: nothing is synced.
      fsync = off
      full_page_writes = off
      synchronous_commit = off

      """;
}
