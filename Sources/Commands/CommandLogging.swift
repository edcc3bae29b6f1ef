internal import Logging

/// Loggers for the verbs: to standard error, quiet unless something is wrong.
enum CommandLogging {
    static func logger(_ output: OutputOptions) -> Logger {
        var logger = Logger(label: "lifeboat") { _ in StreamLogHandler.standardError(label: "lifeboat") }
        logger.logLevel = Environment.value("LIFEBOAT_LOG_LEVEL").flatMap(Logger.Level.init(rawValue:)) ?? .error
        return logger
    }
}
