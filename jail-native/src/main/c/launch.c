#define _GNU_SOURCE
#include "launch.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "launch_line.h"

#define HEX_PER_INSTRUCTION 16

static enum jail_status only_number(struct line *line, int base, long highest, long *number) {
  enum jail_status status = line_number(line, base, highest, number);
  return status == JAIL_OK ? line_end(line) : status;
}

static enum jail_status read_absolute(struct line *line, char **path) {
  enum jail_status status = line_text(line, path);
  return status == JAIL_OK && **path != '/'
             ? line_bad(line->problem, "Expected an absolute path, but got '%.80s'.", *path)
             : status;
}

static enum jail_status read_mode(struct line *line) {
  char *word = line_word(line);
  if (strcmp(word, "m1") != 0 && strcmp(word, "m2") != 0) {
    return line_bad(line->problem, "Expected m1 or m2, but got '%.80s'.", word);
  }
  line->launch->mode = word[1] == '1' ? LAUNCH_M1 : LAUNCH_M2;
  return line_end(line);
}

static enum jail_status read_user(struct line *line) {
  struct launch *launch = line->launch;
  long uid, gid, group;
  enum jail_status status = line_number(line, 10, UINT_MAX - 1L, &uid);
  if (status == JAIL_OK) {
    status = line_number(line, 10, UINT_MAX - 1L, &gid);
  }
  launch->group_count = 0;
  while (status == JAIL_OK && line->value[strspn(line->value, " ")] != '\0') {
    if (launch->group_count == LAUNCH_GROUPS) {
      return line_bad(line->problem, "Expected at most %d groups.", LAUNCH_GROUPS);
    }
    status = line_number(line, 10, UINT_MAX - 1L, &group);
    launch->groups[launch->group_count++] = (gid_t)group;
  }
  if (status == JAIL_OK) {
    launch->uid = (uid_t)uid;
    launch->gid = (gid_t)gid;
    launch->user_given = 1;
  }
  return status;
}

static enum jail_status read_policy(struct line *line) {
  char *name;
  enum jail_status status = line_text(line, &name);
  line->launch->policy = name;
  return status;
}

static int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum jail_status read_filter(struct line *line) {
  char *hex = line_word(line);
  size_t digits = strlen(hex), length = digits / HEX_PER_INSTRUCTION;
  if (length == 0 || digits % HEX_PER_INSTRUCTION != 0 || length >= FILTER_MAX) {
    return line_bad(line->problem, "Expected 1 to %d instructions of %d digits, but got %zu digits.",
               FILTER_MAX - 1, HEX_PER_INSTRUCTION, digits);
  }
  filter_free(&line->launch->filter);
  unsigned char *bytes = malloc(digits / 2);
  if (bytes == NULL) {
    return JAIL_NO_MEMORY;
  }
  for (size_t i = 0; i < digits / 2; i++) {
    int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      free(bytes);
      return line_bad(line->problem, "Expected digits 0-9a-f, but digit %zu is another.", 2 * i + 1);
    }
    bytes[i] = (unsigned char)(16 * high + low);
  }
  line->launch->filter = (struct filter_program){(struct sock_filter *)(void *)bytes, length};
  return line_end(line);
}

static enum jail_status read_limit_value(struct line *line, rlim_t *value) {
  char *at = line->value + strspn(line->value, " ");
  if (strncmp(at, "unlimited", 9) == 0) {
    line_word(line);
    *value = RLIM_INFINITY;
    return JAIL_OK;
  }
  long number = 0;
  enum jail_status status = line_number(line, 10, LONG_MAX, &number);
  *value = (rlim_t)number;
  return status;
}

static enum jail_status read_rlimit(struct line *line) {
  static const struct {
    const char *name;
    int resource;
  } names[] = {{"core", RLIMIT_CORE},   {"nproc", RLIMIT_NPROC},     {"nofile", RLIMIT_NOFILE},
               {"as", RLIMIT_AS},       {"cpu", RLIMIT_CPU},         {"fsize", RLIMIT_FSIZE},
               {"stack", RLIMIT_STACK}, {"memlock", RLIMIT_MEMLOCK}, {"data", RLIMIT_DATA}};
  char *word = line_word(line);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(word, names[i].name) == 0) {
      struct launch_limit *limit = &line->launch->limits[names[i].resource];
      enum jail_status status = read_limit_value(line, &limit->value.rlim_cur);
      if (status == JAIL_OK) {
        status = read_limit_value(line, &limit->value.rlim_max);
      }
      limit->given = 1;
      return status == JAIL_OK ? line_end(line) : status;
    }
  }
  return line_bad(line->problem, "Expected the name of a limit, but got '%.80s'.", word);
}

static enum jail_status read_max_processes(struct line *line) {
  return only_number(line, 10, INT_MAX, &line->launch->max_processes);
}

static enum jail_status read_max_threads(struct line *line) {
  return only_number(line, 10, INT_MAX, &line->launch->max_threads);
}

static enum jail_status read_max_creations(struct line *line) {
  return only_number(line, 10, INT_MAX, &line->launch->max_creations);
}

static enum jail_status read_max_execs(struct line *line) {
  return only_number(line, 10, INT_MAX, &line->launch->max_execs);
}

static enum jail_status read_classes(struct line *line, unsigned *classes) {
  char *word = line_word(line);
  *classes = 0;
  for (char *c = word; *c != '\0'; c++) {
    unsigned one = *c == 'r'   ? LANDLOCK_READ
                   : *c == 'w' ? LANDLOCK_WRITE
                   : *c == 'x' ? LANDLOCK_EXEC
                               : 0;
    if (one == 0) {
      return line_bad(line->problem, "Expected letters of r, w and x, but got '%.80s'.", word);
    }
    *classes |= one;
  }
  return *classes != 0 ? JAIL_OK : line_bad(line->problem, "Expected letters of r, w and x.");
}

static enum jail_status read_restrict(struct line *line) {
  unsigned classes;
  enum jail_status status = read_classes(line, &classes);
  line->launch->paths.restricted |= classes;
  return status == JAIL_OK ? line_end(line) : status;
}

static enum jail_status read_path(struct line *line) {
  struct landlock_rules *rules = &line->launch->paths;
  unsigned classes;
  char *prefix;
  enum jail_status status = read_classes(line, &classes);
  if (status == JAIL_OK) {
    status = read_absolute(line, &prefix);
  }
  if (status != JAIL_OK) {
    return status;
  }
  struct landlock_path *larger =
      reallocarray(rules->paths, rules->path_count + 1, sizeof *rules->paths);
  if (larger == NULL) {
    return JAIL_NO_MEMORY;
  }
  rules->paths = larger;
  rules->paths[rules->path_count++] = (struct landlock_path){prefix, classes};
  return JAIL_OK;
}

static enum jail_status read_scope(struct line *line) {
  char *word = line_word(line);
  unsigned scope = strcmp(word, "signals") == 0    ? LANDLOCK_NO_SIGNALS
                   : strcmp(word, "abstract") == 0 ? LANDLOCK_NO_ABSTRACT_SOCKETS
                                                   : 0;
  if (scope == 0) {
    return line_bad(line->problem, "Expected signals or abstract, but got '%.80s'.", word);
  }
  line->launch->paths.scopes |= scope;
  return line_end(line);
}

static enum jail_status read_protect(struct line *line) {
  long pid;
  enum jail_status status = only_number(line, 10, INT_MAX, &pid);
  if (status == JAIL_OK && line->launch->protect_count == LAUNCH_PROTECT) {
    return line_bad(line->problem, "Expected at most %d protected processes.", LAUNCH_PROTECT);
  }
  if (status == JAIL_OK) {
    line->launch->protect[line->launch->protect_count++] = (pid_t)pid;
  }
  return status;
}

static enum jail_status read_cwd(struct line *line) {
  char *path;
  enum jail_status status = read_absolute(line, &path);
  line->launch->cwd = path;
  return status;
}

static enum jail_status read_umask(struct line *line) {
  long mask;
  enum jail_status status = only_number(line, 8, 0777, &mask);
  line->launch->umask = (mode_t)mask;
  return status;
}

/* Keeps the sign in the byte before the name: the separator that the key's end left there. */
static enum jail_status change_environment(struct line *line, char sign) {
  struct launch *launch = line->launch;
  char *text;
  enum jail_status status = line_text(line, &text);
  if (status != JAIL_OK) {
    return status;
  }
  char *equals = strchr(text, '=');
  if (sign == '+' ? equals == NULL || equals == text : equals != NULL) {
    return line_bad(line->problem, "Expected %s, but got '%.80s'.", sign == '+' ? "NAME=VALUE" : "a NAME",
               text);
  }
  char **larger =
      reallocarray(launch->environment, launch->environment_count + 1, sizeof *launch->environment);
  if (larger == NULL) {
    return JAIL_NO_MEMORY;
  }
  text[-1] = sign;
  launch->environment = larger;
  launch->environment[launch->environment_count++] = text - 1;
  return JAIL_OK;
}

static enum jail_status read_set(struct line *line) { return change_environment(line, '+'); }

static enum jail_status read_unset(struct line *line) { return change_environment(line, '-'); }

static enum jail_status read_keep(struct line *line) {
  long fd;
  enum jail_status status = only_number(line, 10, INT_MAX, &fd);
  if (status == JAIL_OK && line->launch->keep_count == LAUNCH_KEEP) {
    return line_bad(line->problem, "Expected at most %d descriptors.", LAUNCH_KEEP);
  }
  if (status == JAIL_OK) {
    line->launch->keep[line->launch->keep_count++] = (int)fd;
  }
  return status;
}

static enum jail_status read_grace(struct line *line) {
  return only_number(line, 10, INT_MAX, &line->launch->grace_ms);
}

static enum jail_status read_caller(struct line *line) {
  long pid;
  enum jail_status status = only_number(line, 10, INT_MAX, &pid);
  line->launch->caller = (pid_t)pid;
  return status;
}

static enum jail_status read_flag(struct line *line, int *flag) {
  *flag = 1;
  return line_end(line);
}

static enum jail_status read_clear(struct line *line) {
  return read_flag(line, &line->launch->clear_environment);
}

static enum jail_status read_terminal(struct line *line) {
  return read_flag(line, &line->launch->terminal);
}

static enum jail_status read_watch(struct line *line) {
  return read_flag(line, &line->launch->watch);
}

static enum jail_status read_messages(struct line *line) {
  return read_flag(line, &line->launch->messages);
}

static const struct {
  const char *key;
  enum jail_status (*read)(struct line *);
} keys[] = {{"mode", read_mode},
            {"user", read_user},
            {"policy", read_policy},
            {"filter", read_filter},
            {"rlimit", read_rlimit},
            {"max-processes", read_max_processes},
            {"max-threads", read_max_threads},
            {"max-creations", read_max_creations},
            {"max-execs", read_max_execs},
            {"restrict", read_restrict},
            {"path", read_path},
            {"scope", read_scope},
            {"protect", read_protect},
            {"cwd", read_cwd},
            {"umask", read_umask},
            {"clear-environment", read_clear},
            {"unset", read_unset},
            {"set", read_set},
            {"keep", read_keep},
            {"terminal", read_terminal},
            {"watch", read_watch},
            {"messages", read_messages},
            {"caller", read_caller},
            {"grace-ms", read_grace}};

static enum jail_status parse_line(struct launch *launch, struct launch_problem *problem, char *text) {
  struct line line = {launch, problem, text};
  if (*text == '\0' || *text == '#') {
    return JAIL_OK;
  }
  char *key = line_word(&line);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (strcmp(key, keys[i].key) == 0) {
      return keys[i].read(&line);
    }
  }
  return line_bad(problem, "Expected a known key, but got '%.80s'.", key);
}

static enum jail_status parse_lines(struct launch *launch, struct launch_problem *problem) {
  char *rest = launch->text, *text;
  for (problem->line = 1; (text = strsep(&rest, "\n")) != NULL; problem->line++) {
    enum jail_status status = JAIL_OK;
    if (problem->line > 1) {
      status = parse_line(launch, problem, text);
    } else if (strcmp(text, "pk-jail 1") != 0) {
      status = line_bad(problem, "Expected 'pk-jail 1', but got '%.80s'.", text);
    }
    if (status != JAIL_OK) {
      return status;
    }
  }
  problem->line = 0;
  if (launch->mode == LAUNCH_M2 && !launch->user_given) {
    return line_bad(problem, "Expected a line 'user UID GID' in mode m2, but there is none.");
  }
  if (launch->mode == LAUNCH_M2 && launch->uid == 0) {
    return line_bad(problem, "Expected a user other than root in mode m2, but got user 0.");
  }
  return JAIL_OK;
}

enum jail_status launch_parse(const char *text, size_t length, struct launch *launch,
                              struct launch_problem *problem) {
  *launch = (struct launch){.policy = "unnamed",
                            .max_processes = -1,
                            .max_threads = -1,
                            .max_creations = -1,
                            .max_execs = -1,
                            .umask = 022,
                            .grace_ms = 5000};
  launch->limits[RLIMIT_CORE].given = 1;
  problem->line = 0;
  if (memchr(text, '\0', length) != NULL) {
    return line_bad(problem, "Expected text, but the description has a zero byte.");
  }
  launch->text = strndup(text, length);
  enum jail_status status = launch->text == NULL ? JAIL_NO_MEMORY : parse_lines(launch, problem);
  if (status != JAIL_OK) {
    launch_free(launch);
  }
  return status;
}

void launch_free(struct launch *launch) {
  filter_free(&launch->filter);
  free(launch->paths.paths);
  free(launch->environment);
  free(launch->text);
  *launch = (struct launch){0};
}
