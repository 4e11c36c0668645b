# needs: gfortran
cat > main.f90 << 'F'
program main
  real :: a(200, 200)
  a = 1
  a = matmul(a, a)
!$omp parallel
!$omp end parallel
  open(10, file='x')
  write(10, *) a(1, 1)
  close(10)
  call execute_command_line('true')
  print *, int(a(1, 1))
end program
F
gfortran -O2 -fopenmp main.f90 -o main && ./main
