# needs: rustc
cat > main.rs << 'R'
use std::{fs, net, process, thread};
fn main() {
    thread::spawn(|| 1).join().unwrap();
    println!("{:?}", process::Command::new("true").status().unwrap());
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    fs::copy("main.rs", "copy").unwrap();
    println!("{}", thread::available_parallelism().is_ok());
}
R
rustc --edition 2021 -O main.rs && ./main
