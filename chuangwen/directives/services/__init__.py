"""Every write of the directives: planning (meeting → tasks), dispatching (tasks → cases), assignments."""
