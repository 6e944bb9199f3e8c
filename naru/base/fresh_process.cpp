#include "naru/base/fresh_process.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

#include "naru/base/error.h"
#include "naru/base/threads.h"

namespace naru {
namespace {

/// One line, without its end; empty at the end of all.
std::string read_line(int socket) {
  std::string line;
  for (char next = 0; read(socket, &next, 1) == 1 && next != '\n';) line += next;
  return line;
}

void write_line(int socket, const std::string& line) {
  const std::string text = line + "\n";
  if (write(socket, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(1);
}

/// In the new process: "+" and the answer, or "-" and what went wrong.
std::string answer_to(const std::string& request, const FreshProcesses::Work& work) {
  try {
    return "+" + work(request);
  } catch (const std::exception& problem) {
    return std::string("-") + problem.what();
  }
}

/// Starts a process for each request, until there are no more.
[[noreturn]] void wait_for_requests(int socket, int threads, const FreshProcesses::Work& work) {
  for (std::string request; !(request = read_line(socket)).empty();) {
    const pid_t worker = fork();
    if (worker == 0) {
      set_threads(threads);
      write_line(socket, answer_to(request, work));
      _exit(0);
    }
    int status = 0;
    if (worker < 0 || waitpid(worker, &status, 0) != worker || status != 0)
      write_line(socket, "-the process that measures was killed; is there too little memory?");
  }
  _exit(0);
}

}  // namespace

FreshProcesses::FreshProcesses(const Work& work) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) fail("socketpair: {}", std::strerror(errno));
  const int before = threads();
  set_threads(1);  // a forked process has none of this one's threads
  waiting_ = fork();
  if (waiting_ == 0) {
    close(ends[0]);
    wait_for_requests(ends[1], before, work);
  }
  set_threads(before);
  close(ends[1]);
  socket_ = ends[0];
  if (waiting_ < 0) fail("fork: {}", std::strerror(errno));
}

FreshProcesses::~FreshProcesses() {
  close(socket_);
  waitpid(waiting_, nullptr, 0);
}

std::string FreshProcesses::operator()(const std::string& request) const {
  write_line(socket_, request);
  const std::string answer = read_line(socket_);
  if (answer.empty()) fail("the process that measures is gone");
  if (answer[0] == '-') fail("{}", answer.substr(1));
  return answer.substr(1);
}

}  // namespace naru
