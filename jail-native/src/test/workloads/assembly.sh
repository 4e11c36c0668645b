# needs: nasm ld gcc
cat > main.asm << 'A'
section .data
text: db "forty-two", 10
section .text
global _start
_start: mov rax, 1
mov rdi, 1
mov rsi, text
mov rdx, 10
syscall
mov rax, 60
mov rdi, 42
syscall
A
nasm -f elf64 main.asm && ld -o main main.o && ./main
echo "$?"
printf '.globl main\nmain: xor %%eax, %%eax\nret\n.section .note.GNU-stack\n' > b.s && gcc b.s -o b && ./b; echo "$?"
