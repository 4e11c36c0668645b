#include "bpf_run.h"

#include <string.h>

struct machine {
  uint32_t a;
  uint32_t x;
  uint32_t memory[BPF_MEMWORDS];
};

static enum jail_status load(struct machine *m, const struct sock_filter *i,
                             const struct seccomp_data *data) {
  switch (i->code) {
    case BPF_LD | BPF_W | BPF_ABS:
      if (i->k % 4 != 0 || i->k >= sizeof *data) {
        return JAIL_BAD_PROGRAM;
      }
      memcpy(&m->a, (const char *)data + i->k, sizeof m->a);
      return JAIL_OK;
    case BPF_LD | BPF_W | BPF_LEN:
      m->a = sizeof *data;
      return JAIL_OK;
    case BPF_LDX | BPF_W | BPF_LEN:
      m->x = sizeof *data;
      return JAIL_OK;
    case BPF_LD | BPF_IMM:
      m->a = i->k;
      return JAIL_OK;
    case BPF_LDX | BPF_IMM:
      m->x = i->k;
      return JAIL_OK;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
      if (i->k >= BPF_MEMWORDS) {
        return JAIL_BAD_PROGRAM;
      }
      if (BPF_CLASS(i->code) == BPF_LD) {
        m->a = m->memory[i->k];
      } else if (BPF_CLASS(i->code) == BPF_LDX) {
        m->x = m->memory[i->k];
      } else {
        m->memory[i->k] = BPF_CLASS(i->code) == BPF_ST ? m->a : m->x;
      }
      return JAIL_OK;
    default:
      return JAIL_BAD_PROGRAM;
  }
}

/* As in the kernel, a shift by 32 or more and a division by a zero register are defined. */
static enum jail_status calculate(struct machine *m, const struct sock_filter *i) {
  uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;
  switch (BPF_OP(i->code)) {
    case BPF_ADD:
      m->a += operand;
      return JAIL_OK;
    case BPF_SUB:
      m->a -= operand;
      return JAIL_OK;
    case BPF_MUL:
      m->a *= operand;
      return JAIL_OK;
    case BPF_DIV:
      m->a = operand == 0 ? 0 : m->a / operand;
      return JAIL_OK;
    case BPF_AND:
      m->a &= operand;
      return JAIL_OK;
    case BPF_OR:
      m->a |= operand;
      return JAIL_OK;
    case BPF_XOR:
      m->a ^= operand;
      return JAIL_OK;
    case BPF_LSH:
      m->a <<= operand & 31;
      return JAIL_OK;
    case BPF_RSH:
      m->a >>= operand & 31;
      return JAIL_OK;
    case BPF_NEG:
      m->a = -m->a;
      return JAIL_OK;
    default:
      return JAIL_BAD_PROGRAM;
  }
}

static enum jail_status jump(const struct machine *m, const struct sock_filter *i, size_t *next) {
  uint32_t operand = BPF_SRC(i->code) == BPF_X ? m->x : i->k;
  int holds;
  switch (BPF_OP(i->code)) {
    case BPF_JA:
      *next += i->k;
      return JAIL_OK;
    case BPF_JEQ:
      holds = m->a == operand;
      break;
    case BPF_JGT:
      holds = m->a > operand;
      break;
    case BPF_JGE:
      holds = m->a >= operand;
      break;
    case BPF_JSET:
      holds = (m->a & operand) != 0;
      break;
    default:
      return JAIL_BAD_PROGRAM;
  }
  *next += holds ? i->jt : i->jf;
  return JAIL_OK;
}

enum jail_status bpf_run(const struct sock_filter *code, size_t length,
                         const struct seccomp_data *data, uint32_t *action) {
  struct machine m = {0};
  size_t next = 0;
  while (next < length) {
    const struct sock_filter *i = &code[next++];
    enum jail_status status = JAIL_OK;
    switch (BPF_CLASS(i->code)) {
      case BPF_RET:
        *action = BPF_RVAL(i->code) == BPF_A ? m.a : i->k;
        return JAIL_OK;
      case BPF_ALU:
        status = calculate(&m, i);
        break;
      case BPF_JMP:
        status = jump(&m, i, &next);
        break;
      case BPF_MISC:
        if (BPF_MISCOP(i->code) == BPF_TAX) {
          m.x = m.a;
        } else {
          m.a = m.x;
        }
        break;
      default:
        status = load(&m, i, data);
        break;
    }
    if (status != JAIL_OK) {
      return status;
    }
  }
  return JAIL_BAD_PROGRAM; /* Ran past the end. */
}
