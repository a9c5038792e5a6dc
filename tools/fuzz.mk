# Rules that the Makefiles of the fuzzers share. The including Makefile sets
#	MODULE, TOP  as for rules.mk
#	CPPFLAGS     include paths
#	SRCS         what is fuzzed, compiled with the sanitizers, too
# Every *.c of its folder is one fuzzer; <name>.dict helps it to words, and
# what it finds interesting is kept in $(OUT)/corpus/<name>.
#
#	make                    build them (clang only: libFuzzer)
#	make fuzz SECONDS=n     run each for n seconds; 2 is the default
#	make fuzz FUZZERS=names run one
OUT ?= $(MODULE)/target/native-fuzz
CLANG ?= clang
SECONDS ?= 2
FUZZERS ?= $(sort $(basename $(wildcard *.c)))
SANITIZERS := address,undefined
FUZZ_CFLAGS = -std=gnu11 -g -O1 -pthread -Wall -Wextra -Werror \
	-fno-omit-frame-pointer -fno-sanitize-recover=all -MMD -MP $(CPPFLAGS)
OBJS = $(foreach s,$(SRCS),$(OUT)/obj/$(notdir $(s:.c=.o)))
PROGRAMS = $(FUZZERS:%=$(OUT)/%)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all fuzz clean

all: $(PROGRAMS)

vpath %.c $(sort $(dir $(SRCS)))
$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link,$(SANITIZERS) -c \
		-o $@ $<

$(OUT)/%: %.c $(OBJS)
	@mkdir -p $(@D)
	$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer,$(SANITIZERS) -o $@ $< \
		$(OBJS) $(LDLIBS)

# What an input made the program say is nobody's business: -close_fd_mask.
fuzz: $(PROGRAMS)
	@for f in $(FUZZERS); do \
		mkdir -p $(OUT)/corpus/$$f $(OUT)/found; \
		dict=; [ ! -e $$f.dict ] || dict=-dict=$$f.dict; \
		if ! $(OUT)/$$f -max_total_time=$(SECONDS) -timeout=20 \
			-rss_limit_mb=4096 -close_fd_mask=3 -print_final_stats=1 \
			-artifact_prefix=$(abspath $(OUT))/found/$$f- $$dict \
			$(OUT)/corpus/$$f >$(OUT)/$$f.log 2>&1; then \
			echo "FAIL $$f"; tail -n 60 $(OUT)/$$f.log; exit 1; \
		fi; \
		echo "PASS $$f: $$(sed -n \
			's/^stat::number_of_executed_units: *//p' \
			$(OUT)/$$f.log) inputs in $(SECONDS) s"; \
	done

clean:
	rm -rf $(OUT)

-include $(OBJS:.o=.d) $(PROGRAMS:=.d)
