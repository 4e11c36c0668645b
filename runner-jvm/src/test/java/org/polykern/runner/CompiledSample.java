package org.polykern.runner;

import java.util.List;

/**
 * What the table test of compiled languages needs to know of one.
 *
 * @param name runtime type
 * @param program what has to be on the PATH
 * @param asks prints "name? ", reads a line, prints "hi LINE" and exits with 3
 * @param wrong does not compile
 * @param loops prints "go" and is busy for ever
 */
record CompiledSample(String name, String program, String asks, String wrong, String loops) {
  @Override
  public String toString() {
    return name;
  }

  static List<CompiledSample> all() {
    return List.of(c(), cpp(), golang(), rust(), fortran(), assembly());
  }

  private static CompiledSample c() {
    return new CompiledSample(
        "c",
        "gcc",
        """
        #include <stdio.h>
        int main() {
          char n[9];
          printf("name? ");
          if (scanf("%8s", n) == 1) printf("hi %s\\n", n);
          return 3;
        }
        """,
        "int main() { return x; }",
        """
        #include <stdio.h>
        int main() { puts("go"); for (volatile int i = 0;; i++); }
        """);
  }

  private static CompiledSample cpp() {
    return new CompiledSample(
        "cpp",
        "g++",
        """
        #include <iostream>
        #include <string>
        int main() {
          std::string n;
          std::cout << "name? ";
          std::cin >> n;
          std::cout << "hi " << n << "\\n";
          return 3;
        }
        """,
        "int main() { return x; }",
        """
        #include <iostream>
        int main() { std::cout << "go" << std::endl; for (volatile int i = 0;; i = i + 1); }
        """);
  }

  private static CompiledSample golang() {
    return new CompiledSample(
        "golang",
        "go",
        """
        package main
        import ("fmt"; "os")
        func main() {
          var n string
          fmt.Print("name? ")
          fmt.Scanln(&n)
          fmt.Println("hi", n)
          os.Exit(3)
        }
        """,
        """
        package main
        func main() { return x }
        """,
        """
        package main
        import "fmt"
        func main() { fmt.Println("go"); for {} }
        """);
  }

  private static CompiledSample rust() {
    return new CompiledSample(
        "rust",
        "rustc",
        """
        use std::io::Write;
        fn main() {
          print!("name? ");
          std::io::stdout().flush().unwrap();
          let mut n = String::new();
          std::io::stdin().read_line(&mut n).unwrap();
          println!("hi {}", n.trim());
          std::process::exit(3);
        }
        """,
        "fn main() { x }",
        """
        fn main() { println!("go"); loop {} }
        """);
  }

  private static CompiledSample fortran() {
    return new CompiledSample(
        "fortran",
        "gfortran",
        """
        program p
          character(8) :: n
          write(*,'(A)',advance='no') 'name? '
          read(*,*) n
          print '(A,A)', 'hi ', trim(n)
          call exit(3)
        end program
        """,
        """
        program p
          x = = 1
        end
        """,
        """
        program p
          print '(A)', 'go'
          do
          end do
        end program
        """);
  }

  private static CompiledSample assembly() {
    return new CompiledSample(
        "assembly",
        "nasm",
        """
        global main
        extern printf, scanf
        section .data
        q db 'name? ',0
        f db '%8s',0
        h db 'hi %s',10,0
        section .bss
        n resb 9
        section .text
        main: push rbx
              mov rdi, q
              xor eax, eax
              call printf
              mov rdi, f
              mov rsi, n
              xor eax, eax
              call scanf
              mov rdi, h
              mov rsi, n
              xor eax, eax
              call printf
              pop rbx
              mov eax, 3
              ret
        """,
        """
        global _start
        _start: jump nowhere
        """,
        """
        global _start
        section .data
        g db 'go',10
        section .text
        _start: mov eax, 1
                mov edi, 1
                mov rsi, g
                mov edx, 3
                syscall
        spin:   jmp spin
        """);
  }
}
