# ivs-fcgi. `make help` lists the targets; everything is built under build/.

.DEFAULT_GOAL := all
LDFLAGS  ?=
MAKEFLAGS += --no-print-directory

CC       ?= cc
BUILD    ?= build
CFLAGS   ?= -O2 -g
LAYERS   ?= base http validate store auth core app
PROGRAMS := token viewer stats health meta
TOOLS    := ivs-worker ivsctl
PKGS     := jansson libssl libcrypto sqlite3 libpcre2-8

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Werror
HARD := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
ALL_CFLAGS  = -std=c17 -D_GNU_SOURCE -Ilib -I. -I$(BUILD)/gen $(WARN) $(HARD) $(shell pkg-config --cflags $(PKGS)) $(CFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LDFLAGS)
LIBS        = $(shell pkg-config --libs $(PKGS)) -lfcgi -lm
ifneq ($(findstring -O0,$(CFLAGS)),)
ALL_CFLAGS += -U_FORTIFY_SOURCE
endif

LIB_SRC  := $(foreach l,$(LAYERS),$(wildcard lib/$(l)/*.c))
CGI_SRC  := $(filter-out %/main.c,$(wildcard cgi-bin/*/*.c))
UNIT_SRC := $(wildcard tests/unit/test_*.c)
LIB      := $(BUILD)/libivs.a
CGI_LIB  := $(BUILD)/libcgi.a
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
BINS     := $(PROGRAMS:%=$(BUILD)/bin/%) $(TOOLS:%=$(BUILD)/bin/%)

.DELETE_ON_ERROR:
.PHONY: help run test check check-unit check-bats layers asan clean

help:
	@echo "make run          install what is missing, build, start; PORT=8080 RUN_DIR=run TOKEN_PROCS=2 ..."
	@echo "make test         install what is missing, build, run every test"
	@echo "make              build the programs under $(BUILD)/bin"
	@echo "make check        the tests, without installing"
	@echo "make layers asan  includes point inwards; the unit tests under the sanitizers"

run:
	scripts/setup run
	$(MAKE) all
	exec scripts/run

test:
	scripts/setup test
	$(MAKE) check

check: all units
	scripts/test $(BUILD)

layers:
	scripts/layers

# The unit tests under the sanitizers. gcc mistakes the sizing call of
# vsnprintf for a mistake when it instruments it.
ASAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined
asan:
	$(MAKE) units BUILD=build-asan CFLAGS="-O1 -g -Wno-format-truncation $(ASAN)" LDFLAGS="$(ASAN)"
	scripts/test build-asan unit

clean:
	rm -rf build build-asan

.PHONY: all units
all: $(BINS)

units: $(UNITS)

$(BUILD)/obj/%.o: %.c | $(BUILD)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(LIB): $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
	@rm -f $@
	$(AR) rcs $@ $^

$(CGI_LIB): $(CGI_SRC:%.c=$(BUILD)/obj/%.o)
	@rm -f $@
	$(AR) rcs $@ $^

# Files that programs carry inside: schemas and migrations, each folder as one C table.
$(BUILD)/gen/stamp: scripts/embed $(wildcard schemas/*.json lib/store/migrations/*/*.sql)
	@mkdir -p $(@D)
	scripts/embed $(BUILD)/gen
	@touch $@

$(PROGRAMS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(BUILD)/obj/cgi-bin/%/main.o $(CGI_LIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

.SECONDEXPANSION:
$(TOOLS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $$(patsubst %.c,$(BUILD)/obj/%.o,$$(wildcard sbin/%/*.c)) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# A unit test is one program; tests/unit/*_contract.c and other helpers it includes by name.
$(UNITS): $(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
