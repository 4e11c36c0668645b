# needs: Rscript R
cat > main.R << 'R'
x <- diag(200)
print(sum(solve(x) %*% x))
library(parallel)
print(unlist(mclapply(1:4, function(i) i^2, mc.cores = 2)))
cluster <- makeCluster(2)
print(parSapply(cluster, 1:4, sqrt))
stopCluster(cluster)
pdf("p.pdf"); plot(1:10); invisible(dev.off())
print(system("true"))
saveRDS(x, "x.rds"); print(identical(readRDS("x.rds"), x))
cat(coef(lm(dist ~ speed, cars)), "\n")
R
Rscript main.R
mkdir -p pk/R lib
printf 'Package: pk\nVersion: 1.0\nTitle: T\nDescription: D.\nAuthor: A\nMaintainer: A <a@a.a>\nLicense: GPL\n' > pk/DESCRIPTION
echo 'export(f)' > pk/NAMESPACE
echo 'f <- function() 1' > pk/R/f.R
R CMD INSTALL -l lib pk > install.log 2>&1; echo "$?"
