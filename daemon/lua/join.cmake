# Joins the library's files; the version is the hash of what stands in them.
set(body "")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  string(APPEND body "${text}")
endforeach()
string(SHA256 hash "${body}")
string(SUBSTRING "${hash}" 0 16 hash)
file(WRITE "${OUT}" "#!lua name=paihao\nlocal LIBRARY_VERSION = '${hash}'\n${body}")
