# Keeps a Ruby interpreter for a session: takes commands from DIR/commands, answers in standard
# output by the frames of docs/languages.md. Snippets share one binding, so local variables stay.

# Rich output. `display` on the top level of a snippet is this module.
module Display
  class << self
    def html(text) = Polykern.frame("h", text.to_s)
    def svg(text) = media("image/svg+xml", text)
    def png(bytes) = media("image/png", bytes)
    def jpeg(bytes) = media("image/jpeg", bytes)
    def latex(text) = media("text/latex", text)

    def json(value)
      require "json"
      media("application/json", value.is_a?(String) ? value : JSON.generate(value))
    end

    # Shows data of any MIME type: texts as they are, others (bytes) in base64.
    def media(mime, data)
      text = mime.start_with?("text/") || mime.match?(%r{[/+](json|xml)\z})
      Polykern.frame("m", "#{mime}\n#{text ? data : [data.to_s].pack("m0")}")
    end
  end
end

module Polykern
  DIRECTORY, TOKEN = ARGV.shift(2) # `gets` reads the files that ARGV names: leave none
  OUT, ERR = STDOUT.dup, STDERR.dup # frames arrive even when the user's code closes its own
  COMMANDS = File.open("#{DIRECTORY}/commands")
  MAIN = TOPLEVEL_BINDING.receiver
  SCOPE = TOPLEVEL_BINDING # this file has no local variables at its top, so they are all the user's
  PROCESS = Process.pid
  OUT.binmode
  OUT.sync = true

  @running = false

  class << self
    def frame(type, body = "")
      $stdout.flush unless $stdout.closed?
      OUT.write("\x1e#{TOKEN}#{type}#{body.bytesize}\n".b << body.b)
      nil
    end

    def serve
      trap("INT") { raise Interrupt, "" if @running }
      frame("r")
      while (line = COMMANDS.gets)
        command, *arguments = line.chomp.split(" ", 3)
        case command
        when "run" then finish(run(*arguments))
        when "complete" then frame("c", [arguments[0], *suggestions(File.read(arguments[1]))].join("\n"))
        end
      end
    end

    # The status of the snippet. An interrupt may come at any place while @running, hence the
    # outer rescue: it may hit the lines around the evaluation, or even those of a rescue.
    def run(path)
      evaluate(path)
    rescue Interrupt => e
      @running = false
      report(e)
      130
    end

    def evaluate(path)
      source = File.read(path, encoding: "UTF-8")
      if source.include?("\0")
        # The parser would take it for the end of the source, and say nothing about the rest.
        raise SyntaxError, "<snippet>:#{source[/\A[^\0]*/m].count("\n") + 1}: NUL character in the source"
      end
      @running = true
      value = SCOPE.eval(source, "<snippet>", 1)
      $stdout.write(value.inspect, "\n") unless value.nil? || source.rstrip.end_with?(";")
      @running = false
      0
    rescue SystemExit => e
      e.status
    rescue Interrupt
      raise
    rescue Exception => e # also of NoMemoryError, SystemStackError and the like
      @running = false
      report(e)
      1
    ensure
      @running = false
    end

    def finish(status)
      exit!(status) unless Process.pid == PROCESS # a child of the user's fork came out of the snippet
      [$stdout, STDOUT, $stderr].each { |stream| stream.flush unless stream.closed? }
      $stdout = reopened(OUT, 1) if $stdout.closed?
      $stderr = reopened(ERR, 2) if $stderr.closed?
      frame("f", status.to_s)
    end

    # A stream on `number` (F_DUPFD takes the first free descriptor from there on), for a closed one.
    def reopened(original, number)
      IO.for_fd(original.fcntl(0, number), "w").tap { |stream| stream.sync = true }
    end

    def report(error)
      hide(error)
      # Without a backtrace, `full_message` would name the place that calls it: this one.
      text = error.backtrace&.any? ? error.full_message(highlight: false, order: :top) : "#{error.message} (#{error.class})"
      $stderr.write(text.chomp, "\n")
    rescue Exception # e.g. the error's own `message` fails
      ERR.write("#{error.class} (and its message cannot be shown)\n")
    end

    # Removes the driver's frames from an error and from those that caused it.
    def hide(error)
      while error
        frames = error.backtrace || []
        error.set_backtrace(frames.reject { |frame| frame.start_with?("#{__FILE__}:", "<internal:") })
        error = error.cause
      end
    end

    # Words that may stand at the end of the text instead of its last name or call.
    def suggestions(text)
      text = text.scrub
      case text
      when /(\$\w*)\z/ then matching(global_variables, $1)
      when /(@\w*)\z/ then matching(MAIN.instance_variables, $1)
      when /((?:[A-Z]\w*::)+)(\w*)\z/
        owner = constant($1.delete_suffix("::")) or return []
        matching(owner.constants | owner.singleton_methods, $2, $1)
      when /((?:[a-zA-Z_]\w*(?:::|\.))+)(\w*)\z/
        path, prefix = $1, $2
        value = receiver(path.delete_suffix("."))
        value.equal?(SCOPE) ? [] : matching(value.public_methods, prefix, path)
      when /(\w+)\z/
        word = $1
        names = SCOPE.local_variables + MAIN.private_methods + MAIN.methods + Object.constants
        matching(names + KEYWORDS, word)
      else []
      end
    rescue StandardError
      []
    end

    # What a dotted path means, as far as no code of the user must run for it; else SCOPE.
    def receiver(path)
      return SCOPE if path.include?(".")
      return constant(path) if path.match?(/\A[A-Z]/)

      SCOPE.local_variable_defined?(path) ? SCOPE.local_variable_get(path) : SCOPE
    end

    def constant(path)
      Object.const_get(path) if Object.const_defined?(path)
    end

    def matching(names, prefix, path = "")
      names.map(&:to_s).uniq.select { |n| n.start_with?(prefix) && n.match?(/\A[$@]?\w/) }
           .sort.first(1000).map { |n| path + n }
    end
  end

  KEYWORDS = %w[alias begin break case class def defined? do else elsif end ensure false for if in
                module next nil redo rescue retry return self super then true undef unless until
                when while yield].freeze
end

$stdout.sync = true # an order among standard output and error, and no prompt is kept back
$stdout.binmode.set_encoding("UTF-8") if Encoding.default_external == Encoding::US_ASCII
$LOAD_PATH.unshift(Dir.pwd)
$PROGRAM_NAME = "<snippet>"
Polykern::MAIN.instance_eval do
  def self.display(...) = Display
  def self.require_relative(path) = require(File.expand_path(path))
end
Polykern.serve
