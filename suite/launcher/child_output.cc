#include "suite/launcher/child_output.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace eif {
namespace {

// As exec wants them. The strings must outlive what is returned.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (const std::string& string : strings) all.push_back(const_cast<char*>(string.c_str()));
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> with_environment_of_this_process(std::vector<std::string> environment) {
  const size_t added = environment.size();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name = std::string(*entry).substr(0, std::string(*entry).find('=') + 1);
    bool is_replaced = false;
    for (size_t i = 0; i < added; ++i) is_replaced |= environment[i].rfind(name, 0) == 0;
    if (!is_replaced) environment.emplace_back(*entry);
  }
  return environment;
}

}  // namespace

std::string child_output(const std::vector<std::string>& command,
                         const std::vector<std::string>& environment) {
  int ends[2];  // read, write
  if (pipe2(ends, O_CLOEXEC) != 0) return "";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const std::vector<std::string> all = with_environment_of_this_process(environment);
  pid_t child = 0;
  const int error = posix_spawnp(&child, command.front().c_str(), &actions, nullptr,
                                 pointers(command).data(), pointers(all).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  if (error == 0) {
    char buffer[4096];
    for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) != 0;) {
      if (size > 0) output.append(buffer, static_cast<size_t>(size));
      if (size < 0 && errno != EINTR) break;
    }
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(ends[0]);
  return output;
}

}  // namespace eif
