# needs: go
export GOPATH="$HOME/go" GOCACHE="$HOME/cache" GO111MODULE=auto
cat > main.go << 'G'
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
)

func main() {
	page := func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "page") }
	server := httptest.NewServer(http.HandlerFunc(page))
	answer, _ := http.Get(server.URL)
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(string(body), exec.Command("true").Run())
	// Each blocked read holds a thread of the kernel.
	reader, writer, _ := os.Pipe()
	var all sync.WaitGroup
	for i := 0; i < 200; i++ {
		all.Add(1)
		go func() { defer all.Done(); syscall.Read(int(reader.Fd()), make([]byte, 1)) }()
	}
	writer.Write(make([]byte, 200))
	all.Wait()
	_, err := net.LookupHost("localhost")
	signal.Notify(make(chan os.Signal, 1))
	fmt.Println(err, os.WriteFile("f", nil, 0o644))
}
G
go run main.go
