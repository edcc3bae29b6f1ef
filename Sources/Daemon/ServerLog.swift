import FlyingSocks
import Logging

/// Passes what the HTTP server says on to the daemon's log; each request is only worth a debug line.
struct ServerLog: FlyingSocks.Logging {
    let logger: Logger

    func logDebug(_ debug: @autoclosure () -> String) { logger.debug("\(debug())") }
    func logInfo(_ info: @autoclosure () -> String) { logger.debug("\(info())") }
    func logWarning(_ warning: @autoclosure () -> String) { logger.warning("\(warning())") }
    func logError(_ error: @autoclosure () -> String) { logger.error("\(error())") }
    /// The end of the server, also the one that was asked for; what is wrong with it is thrown as well, and reported from there.
    func logCritical(_ critical: @autoclosure () -> String) { logger.debug("\(critical())") }
}
