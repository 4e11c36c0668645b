# needs: ocaml
cat > main.ml << 'O'
let () =
  let thread = Thread.create print_endline "thread" in
  Thread.join thread;
  print_int (Sys.command "echo child");
  (match Unix.fork () with 0 -> exit 3 | child -> ignore (Unix.waitpid [] child));
  let reader, writer = Unix.pipe () in
  ignore (Unix.write_substring writer "x" 0 1);
  ignore (Unix.select [ reader ] [] [] 1.0)
O
ocaml -I +threads unix.cma threads.cma main.ml
command -v ocamlopt > /dev/null && ocamlopt -I +threads unix.cmxa threads.cmxa main.ml -o main && ./main
