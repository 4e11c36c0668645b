# polykern/julia:1.10-debian12
# Julia 1.10 on its publisher's image: Debian 12 has no package of it.
#   docker build -t polykern/julia:1.10-debian12 - < tools/images/julia.Dockerfile
FROM julia:1.10-bookworm
RUN groupadd --gid 9001 work \
 && useradd --uid 9001 --gid 9001 --no-create-home --home-dir /home/work --shell /bin/bash work \
 && mkdir -p /home/work /home/config /opt/kernel /run/polykern \
 && chown 9001:9001 /home/work
ENV LANG="C.UTF-8"
WORKDIR /home/work
LABEL "ai.backend.kernelspec"="1" \
      "ai.backend.features"="query batch uid-match user-input" \
      "ai.backend.base-distro"="debian12" \
      "ai.backend.runtime-type"="julia" \
      "ai.backend.runtime-path"="/usr/local/julia/bin/julia" \
      "ai.backend.resource.min.cpu"="1" \
      "ai.backend.resource.min.mem"="512m" \
      "ai.backend.resource.preferred.shmem"="64m" \
      "ai.backend.role"="COMPUTE" \
      "org.polykern.aliases"="julia,julia:1.10,jl"
CMD ["/usr/local/julia/bin/julia"]
