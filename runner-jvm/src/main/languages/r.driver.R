# The runner's end of an R session; see docs/languages.md for what it speaks.
#
# Everything is local to one function, so that the global environment is the user's alone. The loop
# keeps interrupts suspended and allows them only around the user's code: hence a signal that comes
# between two runs, or while a frame is written, cannot tear anything.
local({
  arguments <- commandArgs(TRUE)
  folder <- arguments[1]
  mark <- paste0("\036", arguments[2])
  process <- Sys.getpid()
  base_quit <- quit
  base_scan <- scan
  base_read <- readLines
  base_stdin <- file("stdin", "rt")
  polled_stdin <- fifo("/dev/fd/0", "rt", blocking = FALSE) # its own flags: children still block
  # Not the console: frames must not follow the user's sink().
  frames <- file("/dev/fd/1", "ab", raw = TRUE)

  frame <- function(type, body = "") {
    body <- charToRaw(enc2utf8(as.character(body)))
    writeBin(c(charToRaw(sprintf("%s%s%d\n", mark, type, length(body))), body), frames)
    flush(frames)
  }

  say <- function(...) cat(..., sep = "", file = stderr())

  # ---- replaced functions of base: what would read R's console, or end the process ----

  replace <- function(name, value) {
    for (place in list(baseenv(), .BaseNamespaceEnv)) {
      if (bindingIsLocked(name, place)) unlockBinding(name, place)
      assign(name, value, place)
      lockBinding(name, place)
    }
  }

  # R blocks in a copy of descriptor 0, so that nobody but R can say that it waits for a line; and
  # a blocking read cannot be interrupted. Hence lines are asked for and polled.
  next_line <- function(prompt = "") {
    cat(prompt)
    frame("w", "0")
    while (!length(line <- base_read(polled_stdin, 1L, warn = FALSE))) Sys.sleep(0.01)
    line
  }

  replace("stdin", function() base_stdin)
  replace("readline", function(prompt = "") {
    line <- next_line(prompt)
    if (length(line)) trimws(line, "left") else ""
  })
  replace("readLines", function(con = stdin(), n = -1L, ok = TRUE, warn = TRUE, encoding = "unknown", skipNul = FALSE) {
    if (!identical(con, "stdin") && !identical(con, base_stdin))
      return(base_read(con, n, ok, warn, encoding, skipNul))
    lines <- character()
    while ((n < 0 || length(lines) < n) && length(line <- next_line())) lines <- c(lines, line)
    lines
  })
  # At the prompt scan() ends with an empty line; on a pipe it would wait for the end of the file.
  asking_scan <- base_scan
  body(asking_scan) <- quote({
    call <- match.call()
    call[[1]] <- base_scan
    if (missing(text) && identical(file, "")) {
      wanted <- max(n, nmax, -1L)
      lines <- character()
      while (length(line <- next_line(paste0(length(lines) + 1, ": "))) && nzchar(line)) {
        lines <- c(lines, line)
        items <- base_scan(text = lines, what = "", sep = sep, quiet = TRUE)
        if (nlines > 0 && length(lines) >= nlines || wanted > 0 && length(items) >= wanted) break
      }
      call$file <- NULL
      call$text <- lines
    }
    eval(call, parent.frame())
  })
  environment(asking_scan) <- environment()
  replace("scan", asking_scan)
  leave <- function(save = "default", status = 0, runLast = TRUE) {
    if (Sys.getpid() != process) base_quit("no", status, FALSE) # in a fork, as of mclapply
    invokeRestart("polykern_quit", as.integer(status))
  }
  replace("quit", leave)
  replace("q", leave)

  # ---- graphics: every finished page is a picture ----

  pages <- file.path(folder, "page%05d.png")
  ours <- NULL # number and name of the device that the driver opened

  open_device <- function(...) {
    if (capabilities("cairo"))
      png(pages, 7, 5, "in", res = 110, type = "cairo")
    else
      pdf(sub("png$", "pdf", pages), 7, 5, onefile = FALSE)
    ours <<- dev.cur()
  }

  ship_pages <- function(...) {
    if (Sys.getpid() != process) return()
    for (page in list.files(folder, "^page[0-9]+[.](png|pdf)$", full.names = TRUE)) {
      type <- if (endsWith(page, "png")) "image/png" else "application/pdf"
      shipped <- tempfile("shown", folder) # the device may use its name again
      file.rename(page, shipped)
      frame("M", paste0(type, "\n", shipped))
    }
  }

  close_device <- function() {
    if (!is.null(ours) && identical(dev.list()[names(dev.list()) == names(ours) & dev.list() == ours], ours))
      dev.off(ours)
    ours <<- NULL
    ship_pages()
  }

  options(device = open_device, keep.source = TRUE, width = 100L)
  # A page that was drawn over is complete, and need not wait for the end of a long loop.
  setHook("before.plot.new", ship_pages)
  setHook("before.grid.newpage", ship_pages)

  # ---- values ----

  escape <- function(text) {
    text <- gsub("&", "&amp;", text, fixed = TRUE)
    gsub(">", "&gt;", gsub("<", "&lt;", text, fixed = TRUE), fixed = TRUE)
  }

  most_rows <- 60L
  most_columns <- 30L

  as_table <- function(data) {
    size <- dim(data)
    some <- data[seq_len(min(size[1], most_rows)), seq_len(min(size[2], most_columns)), drop = FALSE]
    cells <- as.matrix(format(as.data.frame(some)))
    cells <- cbind(escape(row.names(some)), matrix(escape(cells), nrow(cells)))
    head <- c("", escape(names(some)))
    if (size[2] > most_columns) {
      cells <- cbind(cells, if (nrow(cells)) "&#8943;")
      head <- c(head, "&#8943;")
    }
    if (size[1] > most_rows) cells <- rbind(cells, "&#8942;")
    rows <- apply(cells, 1, function(row) paste0("<td>", row, "</td>", collapse = ""))
    paste0(
      "<table><thead><tr>", paste0("<th>", head, "</th>", collapse = ""), "</tr></thead><tbody>",
      paste0("<tr>", rows, "</tr>", collapse = "", recycle0 = TRUE), "</tbody></table>",
      sprintf("<p>%d rows, %d columns</p>", size[1], size[2]))
  }

  show_value <- function(value, last) {
    if (last && is.data.frame(value) && ncol(value)) frame("h", as_table(value))
    else print(value)
  }

  # In the search path, where rm(list = ls()) does not reach.
  show_bytes <- function(type) function(bytes) {
    path <- tempfile("shown", folder)
    writeBin(bytes, path)
    frame("M", paste0(type, "\n", path))
  }
  show_text <- function(type) function(text) frame("m", paste0(type, "\n", paste(text, collapse = "\n")))
  show_json <- show_text("application/json")
  shown <- list(
    html = function(text) frame("h", paste(text, collapse = "\n")),
    svg = show_text("image/svg+xml"),
    png = show_bytes("image/png"),
    jpeg = show_bytes("image/jpeg"),
    json = function(value) show_json(if (is.character(value)) value else jsonlite::toJSON(value, auto_unbox = TRUE)),
    latex = show_text("text/latex"),
    media = function(type, data) (if (is.raw(data)) show_bytes else show_text)(type)(data))
  attach(list(display = shown), name = "polykern", warn.conflicts = FALSE)

  # ---- a run ----

  # Where an error or a warning comes from the snippet's top level, R names the driver's own call.
  own_call <- function(call) {
    is.null(call) || identical(call[[1]], quote(run_expression)) ||
      (identical(call[[1]], quote(eval)) && identical(call[[2]], quote(polykern_expression)))
  }

  run_expression <- function(polykern_expression, last) {
    shown <- withVisible(eval(polykern_expression, globalenv()))
    replace(".Last.value", shown$value)
    if (shown$visible) show_value(shown$value, last)
  }

  tell_warnings <- function(prefix = "") {
    if (!length(warned)) return()
    texts <- warned
    warned <<- list()
    say(prefix, paste0(capture.output(print(structure(texts, class = "warnings"))), "\n"))
  }

  note_warning <- function(condition) {
    if (getOption("warn") != 0 || length(warned) >= 50) return()
    call <- conditionCall(condition)
    item <- list(if (own_call(call)) NULL else call)
    names(item) <- conditionMessage(condition)
    warned <<- c(warned, item)
    invokeRestart("muffleWarning")
  }

  tell_error <- function(condition) {
    call <- conditionCall(condition)
    text <- conditionMessage(condition)
    if (own_call(call)) {
      say("Error: ", text, "\n")
    } else {
      start <- paste0("Error in ", deparse(call, nlines = 1L)[1], " : ")
      first <- strsplit(text, "\n", fixed = TRUE)[[1]][1]
      say(start, if (isTRUE(nchar(start, "w") + nchar(first, "w") > 77)) "\n  ", text, "\n")
    }
  }

  warned <- list()

  run <- function(path) {
    bytes <- readBin(path, "raw", file.size(path))
    if (any(bytes == 0L)) {
      say("Error: the source contains a NUL byte, which R does not take: remove it.\n")
      return(1L)
    }
    text <- iconv(rawToChar(bytes), "UTF-8", "UTF-8", sub = "\ufffd")
    warned <<- list()
    status <- withRestarts(tryCatch(withCallingHandlers({
      expressions <- tryCatch(
        parse(text = text, keep.source = TRUE, srcfile = srcfilecopy("<snippet>", text)),
        error = function(e) stop(simpleError(conditionMessage(e))))
      for (i in seq_along(expressions)) {
        allowInterrupts(run_expression(expressions[[i]], i == length(expressions)))
        tell_warnings()
      }
      0L
    }, warning = note_warning), error = function(e) {
      tell_error(e)
      1L
    }, interrupt = function(e) {
      say("Interrupted\n")
      130L
    }), polykern_quit = function(status) status)
    tell_warnings(if (status == 1L) "In addition: " else "")
    tryCatch(close_device(), error = tell_error)
    status
  }

  complete <- function(id, path) {
    text <- readLines(path, warn = FALSE)
    line <- if (length(text)) text[length(text)] else ""
    words <- tryCatch({
      utils <- asNamespace("utils")
      utils$.assignLinebuffer(line)
      utils$.assignEnd(nchar(line))
      utils$.guessTokenFromLine()
      utils$.completeToken()
      utils$.retrieveCompletions()
    }, error = function(e) character())
    frame("c", paste(c(id, words), collapse = "\n"))
  }

  # ---- the loop ----

  serve <- function() {
    commands <- fifo(file.path(folder, "commands"), "rt", blocking = TRUE)
    frame("r")
    while (length(command <- readLines(commands, 1))) {
      words <- strsplit(command, " ", fixed = TRUE)[[1]]
      # What was sent while nothing ran must not hit what comes now.
      tryCatch(allowInterrupts(Sys.sleep(0)), interrupt = function(e) NULL)
      if (words[1] == "run")
        frame("f", run(paste(words[-1], collapse = " ")))
      else
        complete(words[2], paste(words[-(1:2)], collapse = " "))
    }
    base_quit("no", 0, FALSE)
  }

  suspendInterrupts(serve())
})
