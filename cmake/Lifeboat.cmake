# One library per folder: a folder can include only what its library links, so a wrong include does not build.

include(GoogleTest)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

set(LIFEBOAT_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

add_library(lifeboat_options INTERFACE)
target_compile_options(lifeboat_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 offers std::expected only to compilers that report full concepts; clang has what it needs but says otherwise.
  target_compile_options(lifeboat_options INTERFACE -Wno-builtin-macro-redefined -Wno-macro-redefined -D__cpp_concepts=202002L)
else()
  # g++ 12 sees overlapping copies in optimised std::string concatenations where there are none (its bug 105651).
  target_compile_options(lifeboat_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_UNITY_BUILD AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Several files at once compile in half the time; the warning takes their anonymous namespaces for a header's.
  target_compile_options(lifeboat_options INTERFACE -Wno-subobject-linkage)
endif()
if(LIFEBOAT_SANITIZE AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # g++ 12 invents "may be used uninitialized" under instrumentation; the plain builds keep the warning.
  target_compile_options(lifeboat_options INTERFACE -Wno-maybe-uninitialized)
endif()
if(LIFEBOAT_SANITIZE)
  target_compile_options(lifeboat_options INTERFACE -fsanitize=${LIFEBOAT_SANITIZE} -fno-omit-frame-pointer)
  # Checks of every pointer's use, left out because they make builds longer; of most of what they find the address sanitizer sees the consequences.
  target_compile_options(lifeboat_options INTERFACE -fno-sanitize=null,alignment,object-size,vptr)
  target_link_options(lifeboat_options INTERFACE -fsanitize=${LIFEBOAT_SANITIZE})
endif()

# What only tests have in it runs for a moment; without optimisation it compiles in half the time. Not for what a benchmark measures.
add_library(lifeboat_test_options INTERFACE)
target_link_libraries(lifeboat_test_options INTERFACE lifeboat_options)
target_compile_options(lifeboat_test_options INTERFACE $<$<CONFIG:RelWithDebInfo>:-O0>)

# What runs a stack, and nothing that only tests need.
add_custom_target(lifeboat_programs)

if(LIFEBOAT_SANITIZE MATCHES "thread")
  # The thread sanitizer does not understand stand-alone fences, and g++ says so; Asio does without them when told.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# lifeboat_library(NAME SOURCES … PUBLIC … PRIVATE …): the library of the current folder, included as "NAME/header.h" from src/.
function(lifeboat_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE lifeboat_options ${ARG_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${ARG_PUBLIC})
  endif()
endfunction()

# What the sanitizers run, and nothing that only the real programs need.
add_custom_target(lifeboat_sanitized_tests)

# lifeboat_test(NAME SOURCES … LIBRARIES … [LABEL …] [ONE_THREAD]): a test binary, registered test by test. LABEL: unit (the default),
# scenarios or golden; golden texts do not run under the sanitizers, because they would build the whole command line again.
# NOT_SANITIZED: likewise. ONE_THREAD: neither the test nor what it calls has a second thread, so that the thread sanitizer has nothing to find in it.
function(lifeboat_test name)
  cmake_parse_arguments(ARG "ONE_THREAD;NOT_SANITIZED" "LABEL" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE lifeboat_test_options ${ARG_LIBRARIES} GTest::gtest_main GTest::gmock)
  if(LIFEBOAT_SANITIZE AND (ARG_NOT_SANITIZED OR (ARG_ONE_THREAD AND LIFEBOAT_SANITIZE MATCHES "thread")))
    return()
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 120)
  if(NOT ARG_LABEL STREQUAL golden)
    add_dependencies(lifeboat_sanitized_tests ${name})
  endif()
endfunction()
