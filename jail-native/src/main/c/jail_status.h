/* What every function of the jail that can fail answers, and how the helper then ends. */
#ifndef PK_JAIL_STATUS_H
#define PK_JAIL_STATUS_H

enum jail_status {
  JAIL_OK = 0,
  JAIL_SYSTEM,      /* A system call failed; errno says why. */
  JAIL_NO_MEMORY,   /* malloc failed. */
  JAIL_BAD_RULES,   /* The rule array breaks its own format. */
  JAIL_TOO_LARGE,   /* The program would have more instructions than the kernel takes. */
  JAIL_BAD_PROGRAM, /* A BPF program that the kernel would not take either. */
  JAIL_BAD_LAUNCH   /* The launch description breaks its format. */
};

/* How the helper ends when it is not as the program does. */
#define EXIT_NO_JAIL 125
#define EXIT_NOT_STARTED 126
#define EXIT_NOT_FOUND 127

#endif
