# The runner's end of a Julia session; see docs/languages.md for what it speaks.
# NOT RUN YET: written from the documentation of Julia 1.6 to 1.11.
#
# Interrupts are put off everywhere but in the user's code, so that one between two runs, or amid a
# frame, does no harm. Snippets live in Main, the driver in a module of its own.
module PolykernDriver

using Base64: base64encode, stringmime
import REPL

const FOLDER, TOKEN = ARGS
const RICH = MIME.(("text/html", "image/png", "image/jpeg", "image/svg+xml", "text/latex", "text/markdown", "application/json"))

function frame(type, body = "")
    flush(stderr)
    write(stdout, string('\x1e', TOKEN, type, ncodeunits(body), '\n', body))
    flush(stdout)
end

# ---- values ----

struct Frames <: AbstractDisplay end

is_text(mime) = occursin(r"^text/|json$|xml$", string(mime))

function publish(mime::MIME, body::AbstractString)
    mime == MIME("text/plain") && return println(stdout, body)
    mime == MIME("text/html") ? frame("h", body) : frame("m", string(mime, '\n', body))
end

# Data that is ready, as in display("text/html", "<b>x</b>").
Base.display(::Frames, mime::MIME, data::AbstractString) = publish(mime, data)
Base.display(::Frames, mime::MIME, data::Vector{UInt8}) =
    publish(mime, is_text(mime) ? String(copy(data)) : base64encode(data))
# stringmime is text for text types, and base64 for others.
function Base.display(::Frames, mime::MIME, value)
    mime == MIME("text/plain") && return show_plain(value)
    publish(mime, is_text(mime) ? repr(mime, value; context = :limit => true) : stringmime(mime, value))
end

function Base.display(frames::Frames, value)
    for mime in RICH
        showable(mime, value) && return display(frames, mime, value)
    end
    show_plain(value)
end

function show_plain(value)
    show(IOContext(stdout, :limit => true, :displaysize => (40, 100)), MIME("text/plain"), value)
    println(stdout)
end

# ---- what the user's code calls instead of Base's own ----

struct Exit <: Exception
    status::Int
end

# Julia waits for standard input in its event loop: only it can tell that it does.
function ask(; keep = false)
    frame("w", "0")
    Base.readline(stdin; keep = keep)
end

Core.eval(Main, quote
    exit(status = 0) = throw($Exit(status))
    readline(; keep = false) = $ask(keep = keep)
    readline(source; keep = false) = source === stdin ? $ask(keep = keep) : Base.readline(source; keep = keep)
end)

# ---- a run ----

function unwrapped(e)
    while e isa LoadError
        e = e.error
    end
    e
end

# The user's frames are those above the driver's, the innermost of which is `evaluate`.
function user_frames(trace)
    shown = stacktrace(trace)
    last = findfirst(f -> f.func in (:evaluate, :include_string) || f.file == Symbol(@__FILE__), shown)
    last === nothing ? shown : shown[1:last-1]
end

evaluate(text) = include_string(REPL.softscope, Main, text, "<snippet>")

function run(path)
    try
        text = read(path, String)
        reenable_sigint() do
            value = evaluate(text)
            if value !== nothing && !REPL.ends_with_semicolon(text)
                Base.invokelatest(display, value)
            end
        end
        return 0
    catch wrapped
        trace = catch_backtrace()
        e = unwrapped(wrapped)
        e isa Exit && return e.status
        flush(stdout)
        print(stderr, "ERROR: ")
        try
            Base.invokelatest(showerror, stderr, e, user_frames(trace))
        catch
            print(stderr, typeof(e), " (which cannot be shown)")
        end
        println(stderr)
        return e isa InterruptException ? 130 : 1
    end
end

function complete(id, path)
    line = last(split(read(path, String), '\n'))
    words = String[]
    try
        found, range, _ = REPL.REPLCompletions.completions(line, lastindex(line), Main)
        # The completed part begins after the last dot; an answer is the whole dotted name.
        owner = match(r"[\w.!]*$", line[1:prevind(line, first(range))]).match
        words = unique(string.(owner, REPL.REPLCompletions.completion_text.(found)))
    catch
    end
    frame("c", join([id; words], '\n'))
end

function swallow_interrupt()
    try
        reenable_sigint(yield)
    catch e
        e isa InterruptException || rethrow()
    end
end

function serve()
    Base.exit_on_sigint(false)
    pushdisplay(Frames())
    disable_sigint() do
        commands = open(joinpath(FOLDER, "commands"))
        frame("r")
        for command in eachline(commands)
            words = split(command, ' ')
            swallow_interrupt() # of the time when nothing ran
            if words[1] == "run"
                frame("f", string(run(join(words[2:end], ' '))))
            else
                complete(words[2], join(words[3:end], ' '))
            end
        end
    end
    Base.exit()
end

end

PolykernDriver.serve()
