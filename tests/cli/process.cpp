#include "tests/cli/process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>

#include "naru/base/error.h"
#include "naru/base/file.h"

#include "tests/temporary_folder.h"

namespace naru {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// The words of a command line as execvp wants them.
class Words {
 public:
  explicit Words(const std::vector<std::string>& arguments, const std::vector<std::string>& launcher = {})
      : words_(launcher) {
    words_.emplace_back(NARU_COMMAND);
    words_.insert(words_.end(), arguments.begin(), arguments.end());
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  [[noreturn]] void run() const {
    execvp(pointers_[0], pointers_.data());
    _exit(127);
  }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

ProcessResult run_naru(const std::vector<std::string>& arguments, const std::string& input,
                       const std::vector<std::string>& launcher) {
  const TemporaryFolder folder;
  write_file(folder / "in", input);
  std::string line;
  for (const auto& word : launcher) line += quoted(word) + " ";
  line += quoted(NARU_COMMAND);
  for (const auto& argument : arguments) line += " " + quoted(argument);
  line += " < " + (folder / "in").string() + " > " + (folder / "out").string() + " 2> " + (folder / "error").string();
  const pid_t child = fork();
  NARU_CHECK(child >= 0, "no process");
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", ("exec " + line).c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage use{};
  NARU_CHECK(wait4(child, &status, 0, &use) == child, "no process");
  return {code_of(status), read_file(folder / "out"), read_file(folder / "error"), 1024 * int64_t{use.ru_maxrss}};
}

std::string shown_by_naru(const std::vector<std::string>& arguments, unsigned short columns) {
  const Words words(arguments);
  const winsize size{.ws_row = 40, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  NARU_CHECK(child >= 0, "no terminal");
  if (child == 0) words.run();
  std::string shown;
  char piece[4096];
  for (ssize_t got; (got = read(terminal, piece, sizeof piece)) > 0;) shown.append(piece, static_cast<size_t>(got));
  close(terminal);
  waitpid(child, nullptr, 0);
  return shown;
}

RunningNaru::RunningNaru(const std::vector<std::string>& arguments, const std::vector<std::string>& launcher) {
  const Words words(arguments, launcher);
  int to_child[2], from_child[2];
  NARU_CHECK(pipe2(to_child, O_CLOEXEC) == 0 && pipe2(from_child, O_CLOEXEC) == 0, "no pipe");
  child_ = fork();
  NARU_CHECK(child_ >= 0, "no process");
  if (child_ == 0) {
    dup2(to_child[0], STDIN_FILENO);
    dup2(from_child[1], STDOUT_FILENO);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    words.run();
  }
  close(to_child[0]);
  close(from_child[1]);
  input_ = to_child[1];
  output_ = from_child[0];
}

RunningNaru::~RunningNaru() {
  kill();
  wait();
  close_input();
  close(output_);
}

void RunningNaru::write(const std::string& text) const {
  NARU_CHECK(::write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "naru does not read");
}

void RunningNaru::close_input() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

std::string RunningNaru::read_line(double seconds) {
  std::string line;
  pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
  for (char c = 0; poll(&ready, 1, static_cast<int>(1000 * seconds)) > 0 && read(output_, &c, 1) == 1 && c != '\n';)
    line += c;
  return line;
}

bool RunningNaru::running() {
  int status = 0;
  if (child_ > 0 && waitpid(child_, &status, WNOHANG) == child_) {
    exit_code_ = code_of(status);
    child_ = -1;
  }
  return child_ > 0;
}

void RunningNaru::kill() {
  if (running()) ::kill(child_, SIGKILL);
}

void RunningNaru::stop() {
  if (running()) ::kill(child_, SIGINT);
}

int RunningNaru::wait() {
  int status = 0;
  if (child_ > 0 && waitpid(child_, &status, 0) == child_) exit_code_ = code_of(status);
  child_ = -1;
  return exit_code_;
}

}  // namespace naru
