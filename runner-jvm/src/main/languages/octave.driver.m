## The runner's end of an Octave session; see docs/languages.md for what it speaks.
##
## An interrupt cannot be caught in Octave; it runs the cleanup part of unwind_protect on its way to the
## top and then ends the script. Hence the loop goes on in its own cleanup part, one level deeper each time.
## `clear all` takes functions too, but not those that called mlock.
1;

function polykern_frame (type, body = "", new_mark = "")
  mlock ();
  persistent mark
  if (! isempty (new_mark))
    mark = new_mark;
  end
  if (isempty (mark))
    return
  end
  fflush (stderr);
  fwrite (stdout, sprintf ("%s%s%d\n%s", mark, type, numel (body), body));
  fflush (stdout);
end

## Of the run: what exit was called with, "none" so far, or [] before the first run.
function old = polykern_status (varargin)
  mlock ();
  persistent status
  old = status;
  if (nargin)
    status = varargin{1};
  end
end

function polykern_interrupt ()
  mlock ();
  if (isempty (polykern_status ()))
    return
  end
  kill (getpid (), SIG ().INT);
  while (true)
    pause (0.01);
  end
end

## Ends the run, not the process: raised as an interrupt, so that no try of the user's catches it.
function exit (status = 0, varargin)
  mlock ();
  if (ischar (status))
    status = 0;
  end
  if (! isempty (polykern_status ()))
    polykern_status (status);
  end
  polykern_interrupt ();
end

## Octave's own cannot be interrupted while it reads a pipe.
function value = input (prompt, form = "")
  mlock ();
  fputs (stdout, prompt);
  fflush (stdout);
  [status, line] = system ('IFS= read -r line && printf "%s\n" "$line"');
  if (status == 1)
    error ("input: reading user-input failed!");
  elseif (status != 0)
    polykern_interrupt ();
  end
  value = line(1:end-1);
  if (! strcmp (form, "s"))
    if (isempty (strtrim (value)))
      value = [];
    else
      value = evalin ("caller", value);
    end
  end
end

function quit (varargin)
  mlock ();
  exit (varargin{:});
end

function display_html (markup)
  mlock ();
  polykern_frame ("h", markup);
end

function display_media (type, data)
  mlock ();
  if (! ischar (data) || ! any (regexp (type, '^text/|json$|xml$')))
    data = matlab.net.base64encode (uint8 (data));
  end
  polykern_frame ("m", [type "\n" data]);
end

function display_svg (markup)
  mlock ();
  display_media ("image/svg+xml", markup);
end

function display_png (bytes)
  mlock ();
  display_media ("image/png", bytes);
end

function display_jpeg (bytes)
  mlock ();
  display_media ("image/jpeg", bytes);
end

function display_latex (markup)
  mlock ();
  display_media ("text/latex", markup);
end

function display_json (value)
  mlock ();
  if (! ischar (value))
    value = jsonencode (value);
  end
  display_media ("application/json", value);
end

## Figures that a snippet leaves open are its pictures; each is shown once.
function polykern_figures (folder)
  mlock ();
  numbers = sort (get (0, "children"));
  for i = 1:numel (numbers)
    path = [tempname(folder, "figure") ".png"];
    unwind_protect
      print (numbers(i), "-dpng", "-r100", path);
      polykern_frame ("M", ["image/png\n" path]);
    unwind_protect_cleanup
      close (numbers(i));
    end_unwind_protect
  end
end

function polykern_tell (err)
  mlock ();
  if (strncmp (err.message, "parse error", 11))
    fputs (stderr, [err.message "\n"]);
    return
  end
  fputs (stderr, ["error: " err.message "\n"]);
  ours = regexp ({err.stack.name}, '^polykern_|octave\.driver\.m$', "once");
  users = err.stack(cellfun (@isempty, ours));
  if (! isempty (users))
    fputs (stderr, "error: called from\n");
    for frame = users'
      fprintf (stderr, "    %s at line %d column %d\n", frame.name, frame.line, frame.column);
    end
  end
end

function text = polykern_read (path)
  mlock ();
  file = fopen (path);
  text = fread (file, Inf, "uint8=>char")';
  fclose (file);
end

function status = polykern_run (folder, path)
  mlock ();
  status = 1;
  text = polykern_read (path);
  if (any (text == 0))
    fputs (stderr, "error: the source contains a NUL byte, which Octave does not take: remove it\n");
    return
  end
  try
    evalin ("base", text);
    status = 0;
  catch err
    fflush (stdout);
    polykern_tell (err);
  end
  try
    polykern_figures (folder);
  catch err
    polykern_tell (err);
  end
end

function polykern_complete (id, path)
  mlock ();
  words = {};
  token = regexp (polykern_read (path), '[A-Za-z_][\w.]*$', "match", "once");
  if (! isempty (token))
    words = strrep (cellstr (evalin ("base", ["completion_matches (\"" token "\")"])), "\0", "")';
    words = words(! strncmp (words, "polykern_", 9) & ! cellfun (@isempty, words));
  end
  polykern_frame ("c", strjoin ([{id}, words], "\n"));
end

## One byte at a time: fgetl would wait for the first byte of the line after the next.
function line = polykern_next (commands)
  mlock ();
  line = "";
  while (true)
    byte = fread (commands, 1, "uint8=>char");
    if (isempty (byte))
      builtin ("exit");
    elseif (byte == "\n")
      return
    end
    line(end+1) = byte;
  end
end

function polykern_serve (folder, commands)
  mlock ();
  running = false;
  unwind_protect
    while (true)
      words = strsplit (polykern_next (commands), " ");
      ## An interrupt between two runs is raised by the next byte that arrives, which is lost.
      if (any (strcmp (words{1}, {"run", "un"})))
        running = true;
        polykern_status ("none");
        status = polykern_run (folder, strjoin (words(2:end), " "));
        running = false;
        polykern_frame ("f", num2str (status));
      else
        polykern_complete (words{2}, strjoin (words(3:end), " "));
      end
    end
  unwind_protect_cleanup
    if (running)
      status = polykern_status ();
      if (strcmp (status, "none"))
        status = 130;
      end
      polykern_frame ("f", num2str (status));
    end
    ## The user's recursion may be as deep as before.
    max_recursion_depth (max_recursion_depth () + 1);
    polykern_serve (folder, commands);
  end_unwind_protect
end

## A function, so that its variables are not among the user's.
function polykern_start (folder, token)
  set (0, "defaultfigurevisible", "off");
  warning ("off", "Octave:gnuplot-graphics"); # it is what there is without a display
  warning ("off", "backtrace"); # it would name the functions of this file
  polykern_figures (folder);
  ## Called once without an argument, to be locked.
  for name = {"polykern_interrupt", "polykern_tell", "polykern_read", "polykern_next", ...
              "polykern_complete", "input", "exit", "quit", "display_html", "display_media", ...
              "display_svg", "display_png", "display_jpeg", "display_latex", "display_json"}
    try
      feval (name{1});
    end
  end
  ## Before the runner is told, since it relies on a reader from then on.
  commands = fopen ([folder "/commands"], "r");
  polykern_frame ("r", "", ["\x1e" token]);
  polykern_serve (folder, commands);
end

polykern_start (argv (){end-1}, argv (){end});
