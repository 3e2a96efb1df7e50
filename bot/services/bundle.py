"""The services together, as the edge is handed them."""

from __future__ import annotations

from msgspec import Struct

from bot.services.daily import DailyService
from bot.services.demos import DemoService
from bot.services.guilds import GuildService
from bot.services.insights import InsightService
from bot.services.lessons import LessonService
from bot.services.polls import PollService
from bot.services.predictions import PredictionService
from bot.services.privacy import PrivacyService
from bot.services.quizzes import QuizService
from bot.services.reminders import ReminderService
from bot.services.reviews import ReviewService
from bot.services.rounds import RoundService
from bot.services.scores import ScoreService
from bot.services.tests import TestService


class Services(Struct, frozen=True):
    """What the bot can do."""

    lessons: LessonService
    quizzes: QuizService
    tests: TestService
    demos: DemoService
    predictions: PredictionService
    scores: ScoreService
    insights: InsightService
    guilds: GuildService
    polls: PollService
    rounds: RoundService
    reviews: ReviewService
    reminders: ReminderService
    daily: DailyService
    privacy: PrivacyService
