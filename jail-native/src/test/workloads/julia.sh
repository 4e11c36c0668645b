# needs: julia
julia --threads=2 -e 'using LinearAlgebra, Sockets
println(sum(ones(200, 200) * ones(200, 200))); println(readchomp(`echo child`))
Threads.@threads for i in 1:4; sqrt(i); end
server = listen(0); close(server); println("end")'
