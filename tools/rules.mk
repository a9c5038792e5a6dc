# Rules that the Makefiles of the C parts share.
#
# The including Makefile sets
#	MODULE    the module's folder, relative to the Makefile
#	TOP       the project's folder, relative to the Makefile
#	CPPFLAGS  include paths
#	SRCS      the sources that are compiled into $(OUT)/obj
#	TEST_LIBS what a test program is linked with, and is rebuilt for
#	FOLDER_TESTS  tests of several files, each in a folder of its name below
#	          src/test/c, with a rule for $(OUT)/test/<name>
# and has a target `all`. It gets the variables OUT, TESTS, OBJS and the
# targets test, lint, format and clean.
#
#	make                    build into $(MODULE)/target/native
#	make test               build and run every src/test/c/*.c
#	make test T="a b"       only these
#	make SAN=asan test      the same under a sanitizer, in a folder of its own:
#	                        asan, ubsan, tsan, or asan-ubsan in one run
#	make lint, make format  check or apply .clang-format; clang-tidy

# CC: from the environment or the command line, else gcc, else clang.
ifeq ($(origin CC),default)
CC := $(firstword $(foreach c,gcc clang,$(if $(shell command -v $(c)),$(c))))
ifeq ($(CC),)
$(error Neither gcc nor clang is installed. On Debian: sudo apt-get install -y gcc make libc6-dev)
endif
endif

OUT ?= $(MODULE)/target/native$(if $(SAN),-$(SAN))
CFLAGS ?= -O2
WERROR ?= -Werror
ALL_CFLAGS = -std=gnu11 -g -fPIC -fvisibility=hidden -pthread -Wall -Wextra \
	$(WERROR) $(CPPFLAGS) -MMD -MP

comma := ,
empty :=
space := $(empty) $(empty)
SAN_KINDS := $(if $(findstring asan,$(SAN)),address) \
	$(if $(findstring ubsan,$(SAN)),undefined) \
	$(if $(findstring tsan,$(SAN)),thread)
ifneq ($(SAN),)
ifeq ($(strip $(SAN_KINDS)),)
$(error SAN=$(SAN): use asan, ubsan, tsan or asan-ubsan)
endif
SAN_FLAGS := -fsanitize=$(subst $(space),$(comma),$(strip $(SAN_KINDS))) \
	-fno-omit-frame-pointer -fno-sanitize-recover=all
# gcc warns that its thread sanitizer does not model fences; clang is silent.
ifneq ($(findstring tsan,$(SAN)),)
ifeq ($(findstring clang,$(shell $(CC) --version)),)
SAN_FLAGS += -Wno-tsan
endif
endif
else
# A sanitized library gets its last symbols from the program.
SO_FLAGS := -Wl,-z,defs
endif
COMPILE = $(CC) $(ALL_CFLAGS) $(CFLAGS) $(SAN_FLAGS)
LINK = $(CC) -pthread $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS)

OBJS = $(SRCS:%.c=$(OUT)/obj/%.o)
TEST_DIR = $(MODULE)/src/test/c
T ?= $(sort $(basename $(notdir $(wildcard $(TEST_DIR)/*.c))) $(FOLDER_TESTS))
TESTS = $(T:%=$(OUT)/test/%)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all test lint format clean FORCE

# Another compiler or other flags build everything again.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) | $(LINK)' | cmp -s - $@ || \
		echo '$(COMPILE) | $(LINK)' >$@

$(OUT)/obj/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

# One program per file. Tests may look inside: they link the static library.
$(OUT)/test/%: $(TEST_DIR)/%.c $(TEST_LIBS) $(OUT)/flags
	@mkdir -p $(@D)
	$(COMPILE) $(LDFLAGS) -o $@ $< $(TEST_LIBS) $(LDLIBS)

test: all $(TESTS)
	@NATIVE_OUT='$(abspath $(OUT))' SAN='$(SAN)' \
		sh $(TOP)/tools/run-c-tests.sh $(OUT)/test-results.txt $(TESTS)

# Every C file of the module, for lint and format.
C_FILES = $(sort $(wildcard *.c *.h */*.c */*.h $(TEST_DIR)/*.[ch] \
	$(TEST_DIR)/*/*.[ch]))
# clang-format's and wc's only: fuzzers have flags of their own.
FUZZ_FILES = $(sort $(wildcard $(MODULE)/src/fuzz/c/*.[ch]))
LINTED = $(patsubst %.c,$(OUT)/lint/%.tidy,\
	$(subst $(TEST_DIR)/,test/,$(filter %.c,$(C_FILES))))
LINT_DEPS = $(filter %.h,$(C_FILES)) $(TOP)/.clang-tidy $(MAKEFILE_LIST)

# Two releases of clang-format format differently: the one of .clang-format.
CLANG_FORMAT_VERSION := 14
CLANG_FORMAT = $(firstword $(foreach f,\
	clang-format-$(CLANG_FORMAT_VERSION) clang-format,\
	$(if $(shell $(f) --version 2>/dev/null | \
	grep 'version $(CLANG_FORMAT_VERSION)\.'),$(f))))
CLANG_TIDY = $(shell command -v clang-tidy)
TIDY = $(CLANG_TIDY) --quiet $(1) -- -std=gnu11 $(CPPFLAGS) 2>/dev/null >$@.log \
	|| { cat $@.log; exit 1; }

lint: $(if $(and $(CLANG_FORMAT),$(C_FILES)),$(OUT)/lint/format) $(if $(CLANG_TIDY),$(LINTED)) \
		$(OUT)/lint/length
	$(if $(CLANG_FORMAT),,@echo 'lint: clang-format \
	$(CLANG_FORMAT_VERSION) is not installed, C formatting not checked')
	$(if $(CLANG_TIDY),,@echo 'lint: clang-tidy is not installed, \
	C static analysis skipped')

$(OUT)/lint/format: $(C_FILES) $(FUZZ_FILES) $(TOP)/.clang-format
	@mkdir -p $(@D)
	@$(CLANG_FORMAT) --dry-run -Werror $(C_FILES) $(FUZZ_FILES) || \
		{ echo 'Mend it with: make -C $(CURDIR) format' >&2; exit 1; }
	@touch $@

$(OUT)/lint/length: $(C_FILES) $(FUZZ_FILES)
	@mkdir -p $(@D)
	@wc -l $(C_FILES) $(FUZZ_FILES) /dev/null | awk '$$2 != "total" && $$1 > 500 \
		{ print $$2 ": " $$1 " lines, 500 are allowed"; bad = 1 } \
		END { exit bad }'
	@touch $@

$(OUT)/lint/test/%.tidy: $(TEST_DIR)/%.c $(LINT_DEPS)
	@mkdir -p $(@D)
	@$(call TIDY,$<)
	@touch $@

$(OUT)/lint/%.tidy: %.c $(LINT_DEPS)
	@mkdir -p $(@D)
	@$(call TIDY,$<)
	@touch $@

format:
	$(if $(CLANG_FORMAT),$(CLANG_FORMAT) -i $(C_FILES) $(FUZZ_FILES),\
		$(error clang-format $(CLANG_FORMAT_VERSION) is not installed))

clean:
	rm -rf $(MODULE)/target/native*

FORCE:

-include $(OBJS:.o=.d) $(TESTS:=.d)
