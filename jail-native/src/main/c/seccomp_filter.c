#define _GNU_SOURCE
#include "seccomp_filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define X32_BIT 0x40000000U
#define HEADER 3
#define RULE_HEADER 3
#define TEST_LENGTH 5
#define OFFSET_NR 0
#define OFFSET_ARCH 4
#define OFFSET_ARGS 16

/* Jump targets inside one test, replaced when the test or its rule ends. */
#define TO_HOLDS 0xFE
#define TO_FAILS 0xFF

struct builder {
  struct sock_filter *code;
  size_t length;
  size_t capacity;
  enum jail_status status;
};

/* A run of call numbers with one answer: an action, or the rules of one call. */
struct range {
  uint32_t first;
  uint32_t action;
  const int64_t *rules; /* NULL for an action. */
  size_t rule_count;
};

struct call {
  uint32_t nr;
  const int64_t *rules;
  size_t rule_count;
};

static size_t emit(struct builder *b, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf) {
  if (b->length == b->capacity) {
    size_t capacity = b->capacity * 2;
    struct sock_filter *larger = realloc(b->code, capacity * sizeof *larger);
    if (larger == NULL) {
      b->status = JAIL_NO_MEMORY;
      return 0; /* What is overwritten does not matter: the status is looked at in the end. */
    }
    b->code = larger;
    b->capacity = capacity;
  }
  b->code[b->length] = (struct sock_filter){.code = code, .jt = jt, .jf = jf, .k = k};
  return b->length++;
}

static void emit_return(struct builder *b, uint32_t action) {
  emit(b, BPF_RET | BPF_K, action, 0, 0);
}

static void emit_load(struct builder *b, uint32_t offset) {
  emit(b, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void emit_jump(struct builder *b, uint16_t comparison, uint32_t k, uint8_t jt, uint8_t jf) {
  emit(b, BPF_JMP | comparison | BPF_K, k, jt, jf);
}

/* One word of a masked comparison; goes on when it is equal. */
static void emit_word_equal(struct builder *b, uint32_t offset, uint32_t value, uint32_t mask) {
  emit_load(b, offset);
  if (mask != UINT32_MAX) {
    emit(b, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
  }
  emit_jump(b, BPF_JEQ, value, 0, TO_FAILS);
}

static void emit_test_code(struct builder *b, const int64_t *test) {
  uint32_t low = OFFSET_ARGS + 8 * (uint32_t)test[0];
  uint32_t high = low + 4;
  int wide = test[1] == 64;
  uint32_t value = (uint32_t)test[3], value_high = (uint32_t)((uint64_t)test[3] >> 32);
  uint32_t mask = (uint32_t)test[4], mask_high = (uint32_t)((uint64_t)test[4] >> 32);
  switch ((enum filter_operation)test[2]) {
    case FILTER_EQ:
      mask = mask_high = UINT32_MAX;
      /* fall through */
    case FILTER_MASKED_EQ:
      if (wide) {
        emit_word_equal(b, high, value_high, mask_high);
      }
      emit_word_equal(b, low, value, mask);
      break;
    case FILTER_NE:
      if (wide) {
        emit_load(b, high);
        emit_jump(b, BPF_JEQ, value_high, 0, TO_HOLDS);
      }
      emit_load(b, low);
      emit_jump(b, BPF_JEQ, value, TO_FAILS, 0);
      break;
    case FILTER_ANY_BIT:
      if (wide) {
        emit_load(b, high);
        emit_jump(b, BPF_JSET, mask_high, TO_HOLDS, 0);
      }
      emit_load(b, low);
      emit_jump(b, BPF_JSET, mask, 0, TO_FAILS);
      break;
    case FILTER_GT:
      if (wide) {
        emit_load(b, high);
        emit_jump(b, BPF_JGT, value_high, TO_HOLDS, 0);
        emit_jump(b, BPF_JEQ, value_high, 0, TO_FAILS);
      }
      emit_load(b, low);
      emit_jump(b, BPF_JGT, value, 0, TO_FAILS);
      break;
    case FILTER_LT:
      if (wide) {
        emit_load(b, high);
        emit_jump(b, BPF_JGT, value_high, TO_FAILS, 0);
        emit_jump(b, BPF_JEQ, value_high, 0, TO_HOLDS);
      }
      emit_load(b, low);
      emit_jump(b, BPF_JGE, value, TO_FAILS, 0);
      break;
  }
}

/* Replaces one marker in the jumps from an instruction on by the distance to the end. */
static void land_here(struct builder *b, size_t from, uint8_t marker) {
  for (size_t at = from; at < b->length; at++) {
    struct sock_filter *i = &b->code[at];
    if (BPF_CLASS(i->code) != BPF_JMP || BPF_OP(i->code) == BPF_JA) {
      continue;
    }
    uint8_t distance = (uint8_t)(b->length - at - 1);
    i->jt = i->jt == marker ? distance : i->jt;
    i->jf = i->jf == marker ? distance : i->jf;
  }
}

static size_t rule_length(const int64_t *rule) { return RULE_HEADER + TEST_LENGTH * (size_t)rule[2]; }

static void emit_call_rules(struct builder *b, const struct range *range) {
  const int64_t *rule = range->rules;
  for (size_t r = 0; r < range->rule_count; r++, rule += rule_length(rule)) {
    size_t start = b->length;
    for (int64_t t = 0; t < rule[2]; t++) {
      size_t test = b->length;
      emit_test_code(b, rule + RULE_HEADER + TEST_LENGTH * t);
      land_here(b, test, TO_HOLDS);
    }
    emit_return(b, (uint32_t)rule[1]);
    land_here(b, start, TO_FAILS);
    if (rule[2] == 0) {
      return; /* Holds always: what follows is never asked. */
    }
  }
  emit_return(b, SECCOMP_RET_ALLOW);
}

static void emit_tree(struct builder *b, const struct range *ranges, size_t count) {
  if (count == 1) {
    if (ranges->rules == NULL) {
      emit_return(b, ranges->action);
    } else {
      emit_call_rules(b, ranges);
    }
    return;
  }
  size_t half = count / 2;
  /* "number >= first of the right half" goes over a long jump, which any size of the left fits. */
  emit_jump(b, BPF_JGE, ranges[half].first, 0, 1);
  size_t jump = emit(b, BPF_JMP | BPF_JA, 0, 0, 0);
  emit_tree(b, ranges, half);
  size_t distance = b->length - jump - 1;
  if (distance <= UINT8_MAX) {
    /* Short enough for the comparison itself: the long jump is taken out. Jumps are relative and
       none crosses it, so what follows moves as it is. */
    for (size_t at = jump; at + 1 < b->length; at++) {
      b->code[at] = b->code[at + 1];
    }
    b->length--;
    b->code[jump - 1].jt = (uint8_t)distance;
    b->code[jump - 1].jf = 0;
  } else {
    b->code[jump].k = (uint32_t)distance;
  }
  emit_tree(b, ranges + half, count - half);
}

static int valid_test(const int64_t *test) {
  return test[0] >= 0 && test[0] <= 5 && (test[1] == 32 || test[1] == 64) && test[2] >= FILTER_EQ &&
         test[2] <= FILTER_LT;
}

/* Groups the rules by call; the array may not be longer or shorter than its header says. */
static enum jail_status group_calls(const int64_t *rules, size_t count, struct call *calls,
                                    size_t *call_count) {
  size_t at = HEADER;
  *call_count = 0;
  for (int64_t r = 0; r < rules[2]; r++) {
    if (count - at < RULE_HEADER) {
      return JAIL_BAD_RULES;
    }
    const int64_t *rule = rules + at;
    if (rule[0] < 0 || rule[0] > rules[1] || rule[2] < 0 || rule[2] > FILTER_MAX_TESTS ||
        count - at < rule_length(rule)) {
      return JAIL_BAD_RULES;
    }
    for (int64_t t = 0; t < rule[2]; t++) {
      if (!valid_test(rule + RULE_HEADER + TEST_LENGTH * t)) {
        return JAIL_BAD_RULES;
      }
    }
    struct call *last = *call_count > 0 ? &calls[*call_count - 1] : NULL;
    if (last != NULL && last->nr == (uint32_t)rule[0]) {
      last->rule_count++;
    } else {
      calls[(*call_count)++] = (struct call){(uint32_t)rule[0], rule, 1};
    }
    at += rule_length(rule);
  }
  return at == count ? JAIL_OK : JAIL_BAD_RULES;
}

static int by_number(const void *a, const void *b) {
  uint32_t x = ((const struct call *)a)->nr, y = ((const struct call *)b)->nr;
  return (x > y) - (x < y);
}

static void add_range(struct range *ranges, size_t *count, struct range range) {
  struct range *last = *count > 0 ? &ranges[*count - 1] : NULL;
  if (last != NULL && last->first == range.first) {
    *last = range; /* The gap before it was empty. */
    if (*count > 1 && range.rules == NULL && ranges[*count - 2].rules == NULL &&
        ranges[*count - 2].action == range.action) {
      (*count)--;
    }
  } else if (last == NULL || range.rules != NULL || last->rules != NULL ||
             last->action != range.action) {
    ranges[(*count)++] = range;
  }
}

/* Numbers 0 to the highest known one as runs of equal answers. */
static enum jail_status make_ranges(const struct call *calls, size_t call_count, uint32_t highest,
                                    struct range *ranges, size_t *count) {
  *count = 0;
  add_range(ranges, count, (struct range){.first = 0, .action = SECCOMP_RET_ALLOW});
  for (size_t c = 0; c < call_count; c++) {
    if (c > 0 && calls[c].nr == calls[c - 1].nr) {
      return JAIL_BAD_RULES; /* Rules of one call in two places. */
    }
    struct range range = {.first = calls[c].nr};
    if (calls[c].rules[2] == 0) {
      range.action = (uint32_t)calls[c].rules[1];
    } else {
      range.rules = calls[c].rules;
      range.rule_count = calls[c].rule_count;
    }
    add_range(ranges, count, range);
    if (calls[c].nr < highest) {
      add_range(ranges, count,
                (struct range){.first = calls[c].nr + 1, .action = SECCOMP_RET_ALLOW});
    }
  }
  return JAIL_OK;
}

static void emit_program(struct builder *b, uint32_t arch, const int64_t *rules,
                         const struct range *ranges, size_t range_count) {
  emit_load(b, OFFSET_ARCH);
  emit_jump(b, BPF_JEQ, arch, 1, 0);
  emit_return(b, SECCOMP_RET_KILL_PROCESS);
  emit_load(b, OFFSET_NR);
  if (arch == FILTER_ARCH_X86_64) {
    emit_jump(b, BPF_JEQ, UINT32_MAX, 0, 1);
    emit_return(b, SECCOMP_RET_ALLOW);
    emit_jump(b, BPF_JGE, X32_BIT, 0, 1);
    emit_return(b, SECCOMP_RET_ERRNO | ENOSYS);
  }
  emit_jump(b, BPF_JGT, (uint32_t)rules[1], 0, 1);
  emit_return(b, (uint32_t)rules[0]);
  emit_tree(b, ranges, range_count);
}

static enum jail_status compile_calls(uint32_t arch, const int64_t *rules, size_t count,
                                      struct call *calls, struct range *ranges,
                                      struct filter_program *program) {
  size_t call_count, range_count;
  enum jail_status status = group_calls(rules, count, calls, &call_count);
  if (status != JAIL_OK) {
    return status;
  }
  qsort(calls, call_count, sizeof *calls, by_number);
  status = make_ranges(calls, call_count, (uint32_t)rules[1], ranges, &range_count);
  if (status != JAIL_OK) {
    return status;
  }
  struct builder b = {.capacity = 256};
  b.code = malloc(b.capacity * sizeof *b.code);
  if (b.code == NULL) {
    return JAIL_NO_MEMORY;
  }
  emit_program(&b, arch, rules, ranges, range_count);
  if (b.status == JAIL_OK && b.length >= FILTER_MAX) {
    b.status = JAIL_TOO_LARGE;
  }
  if (b.status != JAIL_OK) {
    free(b.code);
    return b.status;
  }
  program->code = b.code;
  program->length = b.length;
  return JAIL_OK;
}

enum jail_status filter_compile(uint32_t arch, const int64_t *rules, size_t count,
                                struct filter_program *program) {
  *program = (struct filter_program){0};
  if ((arch != FILTER_ARCH_X86_64 && arch != FILTER_ARCH_AARCH64) || count < HEADER ||
      rules[1] < 0 || rules[1] >= X32_BIT || rules[2] < 0 ||
      (uint64_t)rules[2] > (count - HEADER) / RULE_HEADER) {
    return JAIL_BAD_RULES;
  }
  if (rules[2] >= FILTER_MAX) {
    return JAIL_TOO_LARGE; /* Every rule has an instruction of its own, but for the unreachable. */
  }
  size_t rule_count = (size_t)rules[2];
  struct call *calls = calloc(rule_count + 1, sizeof *calls);
  struct range *ranges = calloc(2 * rule_count + 1, sizeof *ranges);
  enum jail_status status = calls == NULL || ranges == NULL
                                ? JAIL_NO_MEMORY
                                : compile_calls(arch, rules, count, calls, ranges, program);
  free(calls);
  free(ranges);
  return status;
}

void filter_free(struct filter_program *program) {
  free(program->code);
  *program = (struct filter_program){0};
}

enum jail_status filter_install(const struct filter_program *program) {
  struct sock_fprog fprog = {.len = (unsigned short)program->length, .filter = program->code};
  /* One thread, so there is nobody to synchronise with (TSYNC). */
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &fprog) == 0 ? JAIL_OK : JAIL_SYSTEM;
}
