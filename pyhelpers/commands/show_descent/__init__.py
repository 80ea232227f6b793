"""See what a learning rate does, what a network learns, what a reward teaches.

Examples:
  show-descent fit
  show-descent function himmelblau -r 0.01 -o himmelblau.png
  show-descent network spiral --hidden 8,8
  show-descent reward
"""

ONE_THREAD = True  # sums must not depend on the number of cores; processes share the work instead
