(* Runs OCaml phrases in the toplevel that executes this script. Everything is single-threaded; an interrupt is the
   exception Sys.Break, which the runtime raises at a safe point of the user's code. *)

module Polykern : sig
  val exit : int -> 'a

  (** Shows media: a MIME type, and the data as bytes. *)
  val show : string -> string -> unit

  val show_html : string -> unit

  val main : unit -> unit
end = struct
  let mark = "\x1e" ^ Sys.argv.(2)

  let flush_all () =
    Format.pp_print_flush Format.std_formatter ();
    Format.pp_print_flush Format.err_formatter ();
    Stdlib.flush stdout;
    Stdlib.flush stderr

  (* The channel's buffer may hold a part of the frame only: the runner puts parts together. *)
  let send kind body =
    flush_all ();
    Printf.printf "%s%c%d\n%s%!" mark kind (String.length body) body

  (* The user's [exit] ends the run, not the toplevel with its values. The code is kept here as well, because the
     user's code may catch the exception. *)
  exception Exit_called

  let exit_code = ref None

  let exit code =
    exit_code := Some (code land 0xff);
    raise Exit_called

  let read_file path =
    let channel = open_in_bin path in
    Fun.protect
      ~finally:(fun () -> close_in channel)
      (fun () -> really_input_string channel (in_channel_length channel))

  let interrupted = ref false

  (* Noted here, because the toplevel itself catches the exception where it comes between two phrases. *)
  let interrupt_raises on =
    let handle _ = if on then (interrupted := true; raise Sys.Break) in
    Sys.set_signal Sys.sigint (Sys.Signal_handle handle)

  (* The toplevel's own printer; ours is put in its place and sees the outcome of each phrase: the names that it
     defined, for completion; an exception, for standard error; a value, to be printed if its phrase is the last. *)
  let print_outcome = !Toploop.print_out_phrase

  let last = ref None
  let defined = Hashtbl.create 64

  let is_unit = function
    | Outcometree.Otyp_constr (Oide_ident { printed_name = "unit" }, []) -> true
    | _ -> false

  let note_definition (item, _) =
    match item with
    | Outcometree.Osig_value { oval_name = name; _ }
    | Osig_type ({ otype_name = name; _ }, _)
    | Osig_module (name, _, _)
    | Osig_modtype (name, _)
    | Osig_class (_, name, _, _, _) -> Hashtbl.replace defined name ()
    | _ -> ()

  let note_outcome formatter outcome =
    last := None;
    match outcome with
    | Outcometree.Ophr_exception ((Exit_called | Sys.Break), _) -> ()
    | Ophr_exception _ -> print_outcome formatter outcome
    | Ophr_eval (_, kind) -> if not (is_unit kind) then last := Some outcome
    | Ophr_signature items -> List.iter note_definition items

  (* The whole file is parsed before any of it runs, so that the last [;;] may be missing. *)
  let parse_file = !Toploop.parse_use_file

  let parse_snippet lexbuf =
    Lexing.set_filename lexbuf "<snippet>";
    parse_file lexbuf

  let run path =
    exit_code := None;
    interrupted := false;
    last := None;
    Toploop.parse_use_file := parse_snippet;
    interrupt_raises true;
    let well =
      try Toploop.use_file Format.err_formatter path && (Option.iter (print_outcome Format.std_formatter) !last; true)
      with Sys.Break -> false
    in
    interrupt_raises false;
    Toploop.parse_use_file := parse_file;
    flush_all ();
    if !interrupted then prerr_endline "Interrupted";
    if !interrupted then 130 else Option.value !exit_code ~default:(if well then 0 else 1)

  let keywords =
    String.split_on_char ' '
      "and as assert begin class constraint do done downto else end exception external false for fun function functor \
       if in include inherit initializer lazy let match method module mutable new nonrec object of open or private rec \
       sig struct then to true try type val virtual when while with"

  let is_word c =
    match c with 'a' .. 'z' | 'A' .. 'Z' | '0' .. '9' | '_' | '\'' | '.' -> true | _ -> false

  (* What [#show_module NAME] prints, which is the module's signature. *)
  let signature_of name =
    let text = Buffer.create 4096 in
    let formatter = Format.std_formatter in
    let saved = Format.pp_get_formatter_out_functions formatter () in
    Format.pp_set_formatter_out_functions formatter 
      { saved with out_string = Buffer.add_substring text; out_flush = ignore };
    (match Toploop.get_directive "show_module" with
     | Some (Directive_ident show) -> (try show name with _ -> ())
     | _ -> ());
    Format.pp_print_flush formatter ();
    Format.pp_set_formatter_out_functions formatter saved;
    Buffer.contents text

  (* Members stand in lines of their own, four blanks deep: "    val map : ('a -> 'b) -> ...". *)
  let member_of_line line =
    match String.split_on_char ' ' line with
    | "" :: "" :: "" :: "" :: ("val" | "external" | "module" | "exception") :: name :: _ when is_word name.[0] -> [ name ]
    | _ -> []

  let members name = signature_of name |> String.split_on_char '\n' |> List.concat_map member_of_line

  (* Names in scope, or in the module before the last dot. *)
  let complete text =
    let stop = String.length text in
    let start = ref stop in
    while !start > 0 && is_word text.[!start - 1] do decr start done;
    let word = String.sub text !start (stop - !start) in
    let candidates, prefix =
      match List.rev (String.split_on_char '.' word) with
      | prefix :: (inner :: outer) ->
        let outer = List.rev_append outer [ inner ] in
        let path = List.fold_left (fun path name -> Longident.Ldot (path, name)) (Lident (List.hd outer)) (List.tl outer) in
        (members path, prefix)
      | _ -> (keywords @ members (Lident "Stdlib") @ List.of_seq (Hashtbl.to_seq_keys defined), word)
    in
    List.sort_uniq compare (List.filter (String.starts_with ~prefix) candidates)

  let base64 bytes =
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" in
    let size = String.length bytes in
    let byte i = if i < size then Char.code bytes.[i] else 0 in
    let digit n =
      let i = n / 4 * 3 in
      let group = (byte i lsl 16) lor (byte (i + 1) lsl 8) lor byte (i + 2) in
      if i + (n mod 4) > size then '=' else digits.[(group lsr (18 - (6 * (n mod 4)))) land 63]
    in
    String.init ((size + 2) / 3 * 4) digit

  let show mime data =
    let ends suffix = String.ends_with ~suffix mime in
    let is_text = String.starts_with ~prefix:"text/" mime || ends "json" || ends "xml" in
    send 'm' (mime ^ "\n" ^ if is_text then data else base64 data)

  let show_html = send 'h'

  let command line =
    match String.split_on_char ' ' line with
    | [ "run"; path ] -> send 'f' (string_of_int (run path))
    | [ "complete"; id; path ] -> send 'c' (String.concat "\n" (id :: complete (read_file path)))
    | _ -> ()

  let main () =
    interrupt_raises false;
    Toploop.print_out_phrase := note_outcome;
    let commands = open_in (Filename.concat Sys.argv.(1) "commands") in
    send 'r' "";
    (try while true do command (input_line commands) done with End_of_file -> ())
end

let exit = Polykern.exit

let display =
  object
    method html = Polykern.show_html
    method svg = Polykern.show "image/svg+xml"
    method png = Polykern.show "image/png"
    method jpeg = Polykern.show "image/jpeg"
    method json = Polykern.show "application/json"
    method latex = Polykern.show "text/latex"
    method media = Polykern.show
  end

(* At exit, because while a script is read the toplevel prints no values. *)
let () = at_exit Polykern.main
