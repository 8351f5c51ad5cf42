package main

import (
	"net"
	"net/http"
	_ "net/http/pprof" // on the default mux, which the program serves nowhere else
	"os"
	"runtime"
)

// The bench builds the program with this file in it, and asks for profiles at the socket that the environment names.
func init() {
	listener, err := net.Listen("unix", os.Getenv("BENCH_PPROF"))
	if err != nil {
		panic(err)
	}
	runtime.SetMutexProfileFraction(100)
	runtime.SetBlockProfileRate(100_000)
	go http.Serve(listener, nil)
}
