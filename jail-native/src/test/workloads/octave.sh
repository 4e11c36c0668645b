# needs: octave-cli
cat > main.m << 'M'
x = ones(200); disp((x * x)(1));
[status, out] = system("echo child"); printf("%s", out);
save a.mat x; load a.mat; disp(size(x));
mkdir q; rmdir q; disp(real(fft([1 2 3])));
M
octave-cli --quiet --no-history main.m 2>&1
command -v gnuplot > /dev/null && gnuplot -e 'set terminal svg; set output "x.svg"; plot sin(x)' && test -s x.svg && echo plotted
