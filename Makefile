# Every target is one line: tasks.py does the work, with nothing but Python.
help: ; @python3 tasks.py || true
run: ; @python3 tasks.py run
test: ; @python3 tasks.py test $(ARGS)
setup: ; @python3 tasks.py setup
serve: ; @python3 tasks.py serve
check: ; @python3 tasks.py check
messages: ; @python3 tasks.py messages
lock: ; @python3 tasks.py lock
vendor: ; @python3 tasks.py vendor
.PHONY: help run test setup serve check messages lock vendor
