<?php
// Keeps a PHP interpreter for a session: takes commands from DIR/commands, answers in standard
// output by the frames of docs/languages.md.
//
// Snippets are evaluated in the global scope, by the loop at the end of this file. What PHP cannot
// survive is kept from it: `exit` becomes a call that throws, functions and classes that exist
// already are looked for first. After another fatal error PHP runs nothing but the shutdown
// function; the session goes on from there, as long as there is no second one.

namespace Polykern {

    final class Leave extends \Error {}
    final class Interrupt extends \Error {}

    final class Session {
        public static string $directory;
        public static string $token;
        public static string $source = '';
        public static bool $running = false;
        public static int $process;
        public static array $declared = [];
        public static $out;
        public static $commands;
    }

    function frame(string $type, string $body = ''): void {
        while (ob_get_level() > 0) ob_end_flush();
        $bytes = "\x1e" . Session::$token . $type . strlen($body) . "\n" . $body;
        fwrite(Session::$out, $bytes);
    }

    /** Waits for a snippet; true when there is one in Session::$source. */
    function next_snippet(): bool {
        while (true) {
            $line = fgets(Session::$commands);
            if ($line === false) {
                if (feof(Session::$commands)) return false;
                continue; // interrupted while idle
            }
            $words = explode(' ', rtrim($line, "\n"));
            if ($words[0] === 'complete') {
                frame('c', implode("\n", [$words[1], ...suggestions(file_get_contents($words[2]))]));
            } elseif ($words[0] === 'run') {
                try {
                    Session::$source = prepared(file_get_contents($words[1]));
                    Session::$running = true;
                    return true;
                } catch (\Throwable $e) {
                    finish(ended($e));
                }
            }
        }
    }

    function finish(int $status): void {
        Session::$running = false;
        restore_default_handlers();
        if (getmypid() !== Session::$process) { // a child of the user's fork came out of the snippet
            posix_kill(getmypid(), 9);
        }
        frame('f', (string) $status);
    }

    /** What a snippet that ended by an error gives as its status; its text goes to standard error. */
    function ended(\Throwable $e): int {
        Session::$running = false;
        if ($e instanceof Leave) return $e->getCode();
        if ($e instanceof Interrupt) {
            complain('Interrupted');
            return 130;
        }
        $text = preg_replace('/^#\d+ (\S*\.driver\.php.*|\{main\})\n?/m', '', visible((string) $e));
        $text = preg_replace(['/ in \S*\.driver\.php:\d+/', '/\nStack trace:\s*$/'], '', $text);
        complain("PHP Fatal error:  Uncaught $text");
        return 1;
    }

    function complain(string $text): void {
        file_put_contents('php://stderr', rtrim($text) . "\n");
    }

    /** PHP names evaluated code by the file that evaluates it. */
    function visible(string $text): string {
        $place = preg_quote(__FILE__, '/');
        return preg_replace(["/$place\(\d+\) : eval\(\)'d code(\(\d+\) : eval\(\)'d code)*/"], '<snippet>', $text);
    }

    /** `exit` and `die`, also as an operand: `f() or die("x")`. */
    function leave(string|int|null $status = 0): never {
        if (is_string($status)) echo $status;
        if (getmypid() !== Session::$process) exit($status);
        throw new Leave('exit', is_int($status) ? $status & 255 : 0);
    }

    /** PHP's `readline` shows no prompt where its input is no terminal. */
    function ask(?string $prompt = null): string|false {
        echo $prompt;
        $line = fgets(STDIN);
        return $line === false ? false : rtrim($line, "\n");
    }

    /** The source as `eval` takes it, without what would end the process. */
    function prepared(string $source): string {
        if (preg_match('/^\s*<\?(php\b|=)/i', $source)) $source = '?>' . ltrim($source);
        $prefix = str_starts_with($source, '?>') ? '' : '<?php ';
        if (!class_exists('PhpToken')) return $source;
        $tokens = \PhpToken::tokenize($prefix . ($prefix === '' ? substr($source, 2) : $source));
        $text = '';
        $depth = 0;
        foreach ($tokens as $i => $token) {
            if ($token->is(['{', T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES])) $depth++;
            if ($token->is('}')) $depth--;
            $before = beside($tokens, $i, -1);
            if ($token->is(T_EXIT) && !$before?->is([T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION])) {
                $text .= '\Polykern\leave' . (beside($tokens, $i, 1)?->is('(') ? '' : '()');
                continue;
            }
            if ($depth === 0 && $token->is(T_FUNCTION)) refuse_again($tokens, $i, 'function');
            if ($depth === 0 && $token->is([T_CLASS, T_INTERFACE, T_TRAIT])) refuse_again($tokens, $i, 'class');
            if ($token->is(T_STRING) && strtolower($token->text) === 'readline' && beside($tokens, $i, 1)?->is('(')
                && !$before?->is([T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW])) {
                $text .= '\Polykern\ask';
                continue;
            }
            $text .= $token->text;
        }
        return $prefix === '' ? '?>' . $text : substr($text, strlen($prefix));
    }

    /** The token before or after one, white space and comments left out. */
    function beside(array $tokens, int $i, int $step): ?\PhpToken {
        for ($i += $step; isset($tokens[$i]); $i += $step) {
            if (!$tokens[$i]->isIgnorable()) return $tokens[$i];
        }
        return null;
    }

    /** Declaring a name twice would end the process: an error instead. */
    function refuse_again(array $tokens, int $i, string $kind): void {
        $name = beside($tokens, $i, 1);
        if (!$name?->is(T_STRING) || beside($tokens, $i, -1)?->is([T_DOUBLE_COLON, T_NEW, T_USE])) return;
        foreach ($tokens as $token) if ($token->is(T_NAMESPACE)) return; // its full name is not known here
        $known = $kind === 'function' ? function_exists($name->text)
            : class_exists($name->text, false) || interface_exists($name->text, false) || trait_exists($name->text, false);
        if ($known) throw new \Error("Cannot declare $kind {$name->text} again: PHP cannot replace it; use another name, or a variable that holds it");
    }

    function restore_default_handlers(): void {
        set_error_handler(function (int $level, string $message, string $file, int $line): bool {
            if (!(error_reporting() & $level)) return true;
            $names = [E_WARNING => 'Warning', E_USER_WARNING => 'Warning', E_DEPRECATED => 'Deprecated', E_USER_DEPRECATED => 'Deprecated', E_USER_ERROR => 'Fatal error'];
            complain('PHP ' . ($names[$level] ?? 'Notice') . ":  $message in " . visible($file) . " on line $line");
            if ($level === E_USER_ERROR) leave(1);
            return true;
        });
        if (function_exists('pcntl_signal')) {
            pcntl_async_signals(true);
            pcntl_signal(SIGINT, function (): void {
                if (Session::$running) throw new Interrupt('interrupt');
            }, false);
        }
    }

    /** The process is ending by a fatal error: ends the run and serves the next ones from here. */
    function survive(): void {
        if (getmypid() !== Session::$process || !Session::$running) return;
        $error = error_get_last();
        if ($error) complain('PHP Fatal error:  ' . visible("$error[message] in $error[file] on line $error[line]"));
        ini_set('display_errors', 'stderr');
        finish($error ? 1 : 0);
        while (next_snippet()) finish(evaluate_as_global());
    }

    /** Like the loop at the end of this file, with references to the global variables. */
    function evaluate_as_global(): int {
        foreach (array_keys($GLOBALS) as $__name) if ($__name !== 'GLOBALS') global $$__name;
        try {
            eval(Session::$source);
            return 0;
        } catch (\Throwable $__error) {
            return ended($__error);
        } finally {
            foreach (get_defined_vars() as $__name => $__value) {
                if (!str_starts_with($__name, '__')) $GLOBALS[$__name] =& $$__name;
            }
        }
    }

    function suggestions(string $text): array {
        $match = fn(array $names, string $word, string $before = '') => array_map(fn($n) => $before . $n,
            array_values(array_filter(array_unique($names), fn($n) => str_starts_with($n, $word) && !str_contains($n, '\\') && !str_starts_with($n, '__'))));
        $found = [];
        if (preg_match('/\$(\w+)->(\w*)$/', $text, $m)) {
            $value = $GLOBALS[$m[1]] ?? null;
            if (is_object($value)) $found = $match([...get_class_methods($value), ...array_keys(get_object_vars($value))], $m[2], "\$$m[1]->");
        } elseif (preg_match('/(\w+)::(\w*)$/', $text, $m)) {
            if (class_exists($m[1])) $found = $match([...get_class_methods($m[1]), ...array_keys((new \ReflectionClass($m[1]))->getConstants())], $m[2], "$m[1]::");
        } elseif (preg_match('/\$(\w*)$/', $text, $m)) {
            $found = $match(array_keys($GLOBALS), $m[1], '$');
        } elseif (preg_match('/(\w+)$/', $text, $m)) {
            $functions = get_defined_functions();
            $found = $match([...$functions['user'], ...$functions['internal'], ...get_declared_classes(), ...array_keys(get_defined_constants()),
                'echo', 'foreach', 'function', 'return', 'class', 'while', 'print', 'isset', 'unset', 'switch', 'require', 'include'], $m[1]);
        }
        sort($found);
        return array_slice($found, 0, 1000);
    }
}

namespace {

    /** Rich output: display::html($text) */
    final class display {
        static function html(string $text): void { \Polykern\frame('h', $text); }
        static function svg(string $text): void { self::media('image/svg+xml', $text); }
        static function latex(string $text): void { self::media('text/latex', $text); }
        static function jpeg(string $bytes): void { self::media('image/jpeg', $bytes); }
        static function json(mixed $value): void { self::media('application/json', is_string($value) ? $value : json_encode($value, JSON_THROW_ON_ERROR)); }

        /** Bytes, or an image of the GD extension. */
        static function png(mixed $image): void {
            if (is_object($image)) {
                ob_start();
                imagepng($image);
                $image = ob_get_clean();
            }
            self::media('image/png', $image);
        }

        /** Shows data of any MIME type: texts as they are, others (bytes) in base64. */
        static function media(string $mime, string $data): void {
            \Polykern\frame('m', "$mime\n" . (preg_match('~^text/|[/+](json|xml)$~', $mime) ? $data : base64_encode($data)));
        }
    }

    \Polykern\Session::$directory = $argv[1];
    \Polykern\Session::$token = $argv[2];
    \Polykern\Session::$process = getmypid();
    \Polykern\Session::$out = fopen('php://fd/1', 'w'); // stays when the user's code closes STDOUT
    \Polykern\Session::$commands = fopen("$argv[1]/commands", 're');
    $argv = ['<snippet>'];
    $argc = 1;
    error_reporting(E_ALL);
    register_shutdown_function('Polykern\survive');
    \Polykern\restore_default_handlers();
    \Polykern\frame('r');
    while (\Polykern\next_snippet()) {
        try {
            eval(\Polykern\Session::$source);
            \Polykern\finish(0);
        } catch (\Throwable $__error) {
            $__status = \Polykern\ended($__error);
            unset($__error);
            \Polykern\finish($__status);
        }
    }
}
